#include "apps/berthd/server.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>

#include "api/http_server.hpp"
#include "apps/berthd/clocks.hpp"
#include "apps/berthd/inventory.hpp"
#include "apps/berthd/platform.hpp"
#include "archive/folder_archive.hpp"
#include "engine/engine.hpp"
#include "follow/archive_follower.hpp"
#include "follow/inventory_follower.hpp"
#include "follow/launch_follower.hpp"
#include "follow/notify_follower.hpp"
#include "follow/preflight_follower.hpp"
#include "follow/snapshot_follower.hpp"
#include "identity/job_tokens.hpp"
#include "journal/sqlite_journal.hpp"
#include "notify/notifier.hpp"
#include "observe/prometheus_metrics.hpp"

namespace berth {

namespace {

// Longer than the 30 s that a pod usually has to end.
constexpr std::chrono::minutes makes_room_ahead{2};
constexpr int unknown_commit_exit = 70;  // EX_SOFTWARE: recovery decides at the next start

void warn(const std::string& what) {
    spdlog::warn("{}", what);
}

[[noreturn]] void give_up(const std::string& why) {
    spdlog::critical("{}; the journal decides at the next start", why);
    spdlog::shutdown();
    std::_Exit(unknown_commit_exit);
}

std::expected<std::string, std::string> read_secret(const std::string& file) {
    std::ifstream in(file);
    std::string secret;
    if (!std::getline(in, secret) || secret.empty()) {
        return std::unexpected("the secret file " + file + " cannot be read or is empty");
    }
    return secret;
}

std::expected<NotifyOptions, std::string> notify_options(const NotifyConfig& config) {
    NotifyOptions options;
    if (config.smtp) {
        MailOptions mail{config.smtp->url,    config.smtp->from,     config.smtp->user, {},
                         config.smtp->domain, config.smtp->addresses};
        if (config.smtp->password_file) {
            auto password = read_secret(*config.smtp->password_file);
            if (!password) return std::unexpected(password.error());
            mail.password = std::move(*password);
        }
        options.mail = std::move(mail);
    }
    for (const WebhookConfig& webhook : config.webhooks) {
        auto secret = read_secret(webhook.secret_file);
        if (!secret) return std::unexpected(secret.error());
        options.webhooks.push_back({webhook.url, std::move(*secret)});
    }
    return options;
}

HttpOptions http_options(const ServerConfig& config) {
    const auto time = [](double seconds) {
        return std::chrono::milliseconds(std::llround(seconds * 1000));
    };
    HttpOptions options;
    options.most_connections = static_cast<std::size_t>(config.connections);
    options.most_streams = static_cast<std::size_t>(config.streams);
    options.largest_body = static_cast<std::uint64_t>(config.body_kb) * 1024;
    options.largest_header = static_cast<std::uint32_t>(config.header_kb) * 1024;
    options.header_timeout = time(config.header_seconds);
    options.body_timeout = time(config.body_seconds);
    options.write_timeout = time(config.write_seconds);
    options.idle_timeout = time(config.idle_seconds);
    options.stop_patience = time(config.stop_seconds);
    if (config.tls) options.tls = TlsFiles{config.tls->certificate, config.tls->key};
    return options;
}

// The usual 1,024 descriptors are fewer than the connections that are allowed.
void allow_descriptors(int connections) {
    constexpr rlim_t others = 512;
    const rlim_t wanted = static_cast<rlim_t>(connections) + others;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < wanted) {
        warn(fmt::format("this process may open {} files, too few for server.connections: {}",
                         limit.rlim_cur, connections));
    }
}

const char* scheme_of(const Config& config) {
    return config.server.tls ? "https" : "http";
}

EngineOptions engine_options(const Config& config, const SlotGrid& grid) {
    const SiteConfig& site = config.site;
    EngineOptions options{.grid = grid,
                          .limits = {},
                          .policy = std::make_shared<const Policy>(make_policy(config)),
                          .largest_batch = 256,
                          .report = warn,
                          .give_up = give_up};
    options.limits.horizon_slots =
        static_cast<std::int32_t>(std::lround(site.horizon_days * 24 / site.slot_hours));
    return options;
}

std::unique_ptr<ClockPort> make_clock(ClockKind kind) {
    if (kind == ClockKind::wall) return std::make_unique<WallClock>(warn);
    return std::make_unique<VirtualClock>(
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
}

// The log's every line says so when the clock is a test's.
void set_up_log(ClockKind clock) {
    spdlog::set_pattern(clock == ClockKind::test ? "%Y-%m-%dT%H:%M:%S.%e %l [TEST CLOCK] %v"
                                                 : "%Y-%m-%dT%H:%M:%S.%e %l %v");
    spdlog::flush_on(spdlog::level::warn);
}

// Flushed once for all of them: a write for each line would slow bookings down.
void log_rows(const std::vector<Published>& rows) {
    for (const Published& published : rows) {
        spdlog::info("{} {} {} by {}", published.row.sequence, published.row.kind,
                     published.row.reservation, published.row.actor);
    }
    spdlog::default_logger()->flush();
}

}  // namespace

// In the order in which they are built; they go the other way round.
struct Server::Parts {
    std::unique_ptr<ClockPort> clock;
    std::unique_ptr<SqliteJournal> journal;
    std::unique_ptr<PrometheusMetrics> metrics;
    std::unique_ptr<JobTokens> tokens;
    std::unique_ptr<FolderArchive> archive;
    std::unique_ptr<MailAndWebhookNotifier> notifier;
    std::unique_ptr<Engine> engine;
    std::unique_ptr<Platform> platform;
    std::unique_ptr<HttpServer> http;
    std::unique_ptr<InventoryFollower> inventory_follower;  // where GPUs come and go
    std::unique_ptr<LaunchFollower> launch_follower;
    std::unique_ptr<ArchiveFollower> archive_follower;
    std::unique_ptr<NotifyFollower> notify_follower;
    std::unique_ptr<PreflightFollower> preflight_follower;
    std::unique_ptr<SnapshotFollower> snapshot_follower;
    unsigned short port = 0;

    std::expected<void, std::string> open_stores(const ServerOptions& options,
                                                 const SlotGrid& grid);
    std::expected<GpuSource, std::string> declare_fleet(const FleetConfig& fleet);
    std::expected<void, std::string> listen(const ServerOptions& options, GpuSource gpus);
    void follow();
};

std::expected<void, std::string> Server::Parts::open_stores(const ServerOptions& options,
                                                            const SlotGrid& grid) {
    const std::filesystem::path data = options.config.data;
    auto opened_journal = SqliteJournal::open((data / "journal.sqlite").string());
    if (!opened_journal) return std::unexpected(opened_journal.error());
    journal = std::move(*opened_journal);
    metrics = std::make_unique<PrometheusMetrics>(
        BERTH_VERSION,
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
    auto opened_tokens = JobTokens::open(data / "job-token.secret");
    if (!opened_tokens) return std::unexpected(opened_tokens.error());
    tokens = std::make_unique<JobTokens>(std::move(*opened_tokens));
    auto opened_archive =
        FolderArchive::open(options.config.archive.folder.value_or((data / "archive").string()));
    if (!opened_archive) return std::unexpected(opened_archive.error());
    archive = std::move(*opened_archive);
    auto notify = notify_options(options.config.notify);
    if (!notify) return std::unexpected(notify.error());
    EngineOptions with = engine_options(options.config, grid);
    notify->operators = with.policy->operators;
    notifier = std::make_unique<MailAndWebhookNotifier>(std::move(*notify), grid);
    with.snapshots = journal.get();
    with.metrics = metrics.get();
    try {
        engine = std::make_unique<Engine>(*journal, *clock, std::move(with));
    } catch (const std::runtime_error& error) {
        return std::unexpected(error.what());
    }
    engine->subscribe(log_rows);
    return {};
}

// Once: an inventory that changes is declared by its follower, as soon as it is known.
std::expected<GpuSource, std::string> Server::Parts::declare_fleet(const FleetConfig& fleet) {
    if (platform->inventory() != nullptr) return GpuSource::real;
    auto inventory = take_inventory(fleet);
    if (!inventory) return std::unexpected(inventory.error());
    const Answer answer = engine->ask({.actor = "berth",
                                       .reason = "the configuration or this machine's GPUs",
                                       .idempotency_key = {},
                                       .body_hash = {},
                                       .command = DeclareFleet{std::move(inventory->gpus)}});
    if (!answer) return std::unexpected(answer.error().message);
    return inventory->simulated ? GpuSource::simulated : GpuSource::real;
}

std::expected<void, std::string> Server::Parts::listen(const ServerOptions& options,
                                                       GpuSource gpus) {
    ApiContext context{.engine = *engine,
                       .journal = *journal,
                       .history = *journal,
                       .audit = *journal,
                       .progress = *journal,
                       .launcher = &platform->launcher(),
                       .archive = archive.get(),
                       .tokens = *tokens,
                       .clock = *clock,
                       .metrics = metrics.get()};
    if (auto* virtual_clock = dynamic_cast<VirtualClock*>(clock.get())) {
        context.move_clock = [virtual_clock](Instant to) { return virtual_clock->move(to); };
    }
    context.page_folder = options.config.page;
    context.names = options.config.names;
    if (const auto& cluster = options.config.launch.kubernetes; cluster && cluster->url) {
        context.names.push_back(host_in(*cluster->url));
    }
    context.gpus = gpus;
    context.jobs = platform->jobs();
    context.launch_trouble = [this] { return platform->trouble(); };
    context.stop_grace = std::chrono::seconds(options.config.launch.grace_seconds);
    context.report = warn;
    http = std::make_unique<HttpServer>(std::move(context), http_options(options.config.server));
    auto bound = http->start(options.address, options.port);
    if (!bound) return std::unexpected(bound.error());
    port = *bound;
    return {};
}

void Server::Parts::follow() {
    LauncherPort& launcher = platform->launcher();
    if (InventoryPort* const inventory = platform->inventory()) {
        inventory_follower = std::make_unique<InventoryFollower>(*engine, *inventory, *clock,
                                                                 makes_room_ahead, warn);
    }
    launch_follower = std::make_unique<LaunchFollower>(*engine, launcher, *tokens, *clock, warn);
    archive_follower = std::make_unique<ArchiveFollower>(*engine, launcher, *archive, *clock, warn);
    notify_follower = std::make_unique<NotifyFollower>(*engine, *journal, *journal, *journal,
                                                       *notifier, *clock, warn);
    preflight_follower = std::make_unique<PreflightFollower>(*engine, launcher, *clock, warn);
    snapshot_follower =
        std::make_unique<SnapshotFollower>(*engine, *journal, *clock, SnapshotPolicy{}, warn);
    launcher.on_change([this] { launch_follower->wake(); });
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

std::expected<std::unique_ptr<Server>, std::string> Server::start(ServerOptions options) {
    set_up_log(options.clock);
    allow_descriptors(options.config.server.connections);
    auto grid = make_grid(options.config.site);
    if (!grid) return std::unexpected(grid.error());
    auto parts = std::make_unique<Parts>();
    parts->clock = make_clock(options.clock);
    if (auto opened = parts->open_stores(options, *grid); !opened) {
        return std::unexpected(opened.error());
    }
    auto platform = make_platform(options, *parts->clock, warn);
    if (!platform) return std::unexpected(platform.error());
    parts->platform = std::move(*platform);
    const auto gpus = parts->declare_fleet(options.config.fleet);
    if (!gpus) return std::unexpected(gpus.error());
    if (auto listening = parts->listen(options, *gpus); !listening) {
        return std::unexpected(listening.error());
    }
    parts->follow();
    spdlog::info("Berth serves at {}://{}:{}", scheme_of(options.config), options.address,
                 parts->port);
    spdlog::default_logger()->flush();
    return std::unique_ptr<Server>(new Server(std::move(parts)));  // NOLINT: private constructor
}

Server::~Server() {
    spdlog::info("stopping; running jobs run on");
    parts_->platform->launcher().on_change({});
    parts_->http->stop();
    parts_->preflight_follower.reset();
    parts_->notify_follower.reset();
    parts_->archive_follower.reset();
    parts_->launch_follower.reset();
    parts_->inventory_follower.reset();
    parts_->platform.reset();
    parts_->snapshot_follower->finish();
    parts_->snapshot_follower.reset();
}

unsigned short Server::port() const {
    return parts_->port;
}

}  // namespace berth
