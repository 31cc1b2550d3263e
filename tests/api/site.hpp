// A site for the API's tests: two nodes of two GPUs in Shanghai, a real engine on a journal in
// memory and a clock that the test moves.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/api.hpp"
#include "engine/decide.hpp"
#include "engine/engine.hpp"
#include "support/consult.hpp"
#include "support/manual_clock.hpp"
#include "support/memory_journal.hpp"

namespace berth::test {

using namespace std::chrono_literals;

// Accepts "token-of-r-1.1".
class PlainTokens : public JobTokenPort {
public:
    [[nodiscard]] std::string issue(const AttemptId& attempt) const override {
        return "token-of-" + attempt.text();
    }
    [[nodiscard]] std::optional<AttemptId> verify(std::string_view token) const override {
        for (std::uint64_t id = 1; id < 20; ++id) {
            const AttemptId attempt{ReservationId{id}, 1};
            if (token == issue(attempt)) return attempt;
        }
        return std::nullopt;
    }
};

// Only tells where a log would be.
class LogFolder : public LauncherPort {
public:
    explicit LogFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

    void on_change(std::function<void()>) override {}
    void start(const AttemptOrder&) override {}
    void notify(const AttemptId&, const std::string&, Instant, const std::string&) override {}
    void withdraw_notice(const AttemptId&) override {}
    void set_end(const AttemptId&, Instant) override {}
    void stop(const AttemptId&) override {}
    [[nodiscard]] std::vector<AttemptStatus> attempts() override { return {}; }
    void forget(const AttemptId&) override {}
    [[nodiscard]] std::vector<Finding> preflight(const PreflightWish&) override { return {}; }
    [[nodiscard]] std::string log_file(const AttemptId& id) const override {
        return folder_ / (id.text() + ".log");
    }
    [[nodiscard]] std::string work_folder(ReservationId id) const override {
        return folder_ / id.text();
    }

private:
    std::filesystem::path folder_;
};

class MemoryArchive : public ArchivePort {
public:
    std::expected<std::string, std::string> keep(const Reservation&, const AttemptId& attempt,
                                                 const std::string& log_file,
                                                 const std::string&) override {
        logs[attempt] = log_file;
        return std::string();
    }
    [[nodiscard]] std::optional<std::string> log(const AttemptId& attempt) const override {
        const auto found = logs.find(attempt);
        return found == logs.end() ? std::nullopt : std::optional(found->second);
    }

    std::map<AttemptId, std::string> logs;
};

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "berth-api-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path = name;
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    void write(const std::filesystem::path& name, const std::string& contents) const {
        std::filesystem::create_directories((path / name).parent_path());
        std::ofstream(path / name, std::ios::binary) << contents;
    }

    std::filesystem::path path;
};

// Monday, 10:00 in Shanghai.
inline const Instant monday_ten = parse_rfc3339("2026-11-30T02:00:00Z").value();

class Site : public testing::Test {
protected:
    explicit Site(std::shared_ptr<const Policy> the_policy = {}) : policy(std::move(the_policy)) {
        start_engine();
        DeclareFleet fleet;
        for (const char* node : {"node1", "node2"}) {
            for (int device = 0; device < 2; ++device) {
                fleet.gpus.push_back({node, device, "A100", 40, {{"rack", "a"}}, Health::healthy});
            }
        }
        submit("berth", fleet);
    }

    // On what the journal says.
    void start_engine() {
        engine = std::make_unique<Engine>(
            journal, clock,
            EngineOptions{.grid = SlotGrid::make("Asia/Shanghai", 120min).value(),
                          .limits = {},
                          .policy = policy,
                          .largest_batch = 256,
                          .report = {},
                          .give_up = {}});
    }

    [[nodiscard]] ApiContext context() {
        return {.engine = *engine,
                .journal = journal,
                .history = journal,
                .audit = journal,
                .progress = journal,
                .launcher = &launcher,
                .archive = &archive,
                .tokens = tokens,
                .clock = clock,
                .move_clock = {},
                .page_folder = folder.path / "page",
                .names = {"berth", "b"},
                .gpus = GpuSource::simulated,
                .report = [this](const std::string& what) { reported.push_back(what); }};
    }

    Committed submit(const std::string& actor, Command command) const {
        auto answer = engine->ask({.actor = actor,
                                   .reason = {},
                                   .idempotency_key = {},
                                   .body_hash = {},
                                   .command = std::move(command)});
        if (!answer) throw std::runtime_error(answer.error().message);
        return *answer;
    }

    // Moves the clock and waits until the engine has done what was due.
    void move_to(Instant when) {
        clock.move(when);
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        bool due = true;
        while (due) {
            consult(*engine, [&](const State& state) {
                const auto next = next_due(state);
                due = next && *next <= when;
            });
            if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("stuck");
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }

    // Books one GPU with a job and lets it run.
    void run_job() {
        Reserve command;
        command.request.gpus.ids = {"node1/0"};
        command.request.start = StartTime{monday_ten + 2h};
        command.request.hours = 4;
        command.request.workload = Workload{};
        command.request.workload->argv = {"train"};
        submit("alice", command);
        move_to(monday_ten + 2h);
        submit("berth", AttemptStarted{ReservationId{1}, 1});
    }

    const std::shared_ptr<const Policy> policy;  // null: everybody may do everything
    MemoryJournal journal;
    ManualClock clock{monday_ten};
    PlainTokens tokens;
    TemporaryFolder folder;
    LogFolder launcher{folder.path / "logs"};
    MemoryArchive archive;
    std::vector<std::string> reported;
    std::unique_ptr<Engine> engine;
};

// Asks the API without sockets.
class ApiSite : public Site {
protected:
    explicit ApiSite(std::shared_ptr<const Policy> the_policy = {})
        : Site(std::move(the_policy)), api(std::make_unique<Api>(context())) {}

    Response ask(const std::string& method, const std::string& target, const std::string& body = "",
                 const Headers& headers = {}) const {
        Request request;
        request.method = method;
        request.target = target;
        request.body = body;
        request.headers = headers;
        std::promise<Response> promise;
        auto future = promise.get_future();
        api->handle(std::move(request),
                    [&promise](Response response) { promise.set_value(std::move(response)); });
        if (future.wait_for(10s) != std::future_status::ready) {
            throw std::runtime_error("no answer to " + target);
        }
        auto response = future.get();
        response.body = response.text();
        return response;
    }

    Response get(const std::string& target, const Headers& headers = {}) const {
        return ask("GET", target, "", headers);
    }

    Response as_alice(const std::string& target, const std::string& body = "",
                      Headers headers = {}) const {
        headers["X-Berth-User"] = "alice";
        return ask("POST", target, body, headers);
    }

    Response as(const std::string& person, const std::string& method, const std::string& target,
                const std::string& body = "", Headers headers = {}) const {
        headers["X-Berth-User"] = person;
        return ask(method, target, body, headers);
    }

    std::unique_ptr<Api> api;
};

inline boost::json::value json_of(const Response& response) {
    return boost::json::parse(response.body);
}

inline std::string text_at(const Response& response, const char* pointer) {
    const auto document = json_of(response);
    boost::json::error_code error;
    const auto* found = document.find_pointer(pointer, error);
    if (found == nullptr) return "nothing at " + std::string(pointer) + " in " + response.body;
    return found->is_string() ? std::string(found->get_string()) : boost::json::serialize(*found);
}

}  // namespace berth::test
