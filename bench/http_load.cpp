// Reservations from so many keep-alive connections against a server on this machine, all of them on
// the grid and free, made from a seed. One line of JSON says what came of it.
//
//     bench_http_load --port 8420 --start 2027-01-01T00:00:00Z --requests 20000
//
// It speaks Berth's API and the seed contract. --skip leaves out the requests that another run has
// sent; --print only prints the bodies, one a line.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>

#include "bench/load_client.hpp"
#include "bench/percentile.hpp"
#include "bench/print_figures.hpp"
#include "bench/request_maker.hpp"

namespace {

using namespace berth::bench;

enum class Contract { api, seed };
enum class GpuWords { ids, count };  // by name, or so many of one node

struct Options {
    RequestShape shape;
    std::uint16_t port = 0;
    int connections = 64;
    int requests = 10'000;
    int skip = 0;
    double slot_hours = 2;
    std::string start;
    Contract contract = Contract::api;
    GpuWords gpu_words = GpuWords::ids;
    bool print_only = false;
    std::chrono::sys_seconds first_slot;
};

std::chrono::sys_seconds instant_of(const std::string& text) {
    std::tm parts{};
    const char* end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    if (end == nullptr || *end != '\0') {
        throw std::runtime_error("--start looks like 2027-01-01T00:00:00Z, not " + text);
    }
    return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&parts)));
}

std::string iso_text(std::chrono::sys_seconds instant) {
    const std::time_t seconds = instant.time_since_epoch().count();
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[32];
    const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    return {text, size};
}

std::string comma_separated(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : ",") + part;
    return text;
}

class Writer {
public:
    explicit Writer(const Options& options) : options_(options) {}

    [[nodiscard]] std::string body(const Booking& booking, int number) const {
        const auto length = std::chrono::duration<double, std::ratio<3600>>(options_.slot_hours);
        const auto start = options_.first_slot +
                           std::chrono::round<std::chrono::seconds>(length * booking.first_slot);
        const std::string hours = fmt_number(options_.slot_hours * booking.slots);
        if (options_.contract == Contract::seed) {
            return R"({"user":"alice","gpus":[)" + numbers(booking) + R"(],"start":")" +
                   iso_text(start) + R"(","duration":)" + hours + "}";
        }
        const std::string gpus = options_.gpu_words == GpuWords::ids
                                     ? R"({"ids":[)" + names(booking) + "]}"
                                     : R"({"count":)" + std::to_string(booking.gpus.size()) + "}";
        return R"({"title":"training )" + std::to_string(number) + R"(","team":"vision","gpus":)" +
               gpus + R"(,"start":")" + iso_text(start) + R"(Z","hours":)" + hours + "}";
    }

    [[nodiscard]] std::string request(const std::string& body) const {
        const bool seed = options_.contract == Contract::seed;
        return std::string("POST ") + (seed ? "/reserve" : "/api/v1/reservations") +
               " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + (seed ? "" : "X-Berth-User: alice\r\n") +
               "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body;
    }

private:
    static std::string fmt_number(double number) {
        char text[32];
        return {text, static_cast<std::size_t>(std::snprintf(text, sizeof text, "%.10g", number))};
    }

    static std::string numbers(const Booking& booking) {
        std::vector<std::string> parts;
        for (const int gpu : booking.gpus) parts.push_back(std::to_string(gpu));
        return comma_separated(parts);
    }

    [[nodiscard]] std::string names(const Booking& booking) const {
        std::vector<std::string> parts;
        for (const int gpu : booking.gpus) {
            parts.push_back("\"node" + std::to_string(gpu / options_.shape.gpus_per_node) + "/" +
                            std::to_string(gpu % options_.shape.gpus_per_node) + "\"");
        }
        return comma_separated(parts);
    }

    const Options& options_;
};

std::vector<std::string> make_bodies(const Options& options) {
    RequestMaker maker(options.shape);
    const Writer writer(options);
    for (int i = 0; i < options.skip; ++i) (void)maker.next();
    std::vector<std::string> bodies;
    for (int i = 0; i < options.requests; ++i) {
        bodies.push_back(writer.body(maker.next(), options.skip + i));
    }
    return bodies;
}

int accepted(const LoadResult& result) {
    int count = 0;
    for (const auto& [status, times] : result.statuses) count += status / 100 == 2 ? times : 0;
    return count;
}

void report(const Options& options, const LoadResult& result) {
    if (!result.first_refusal.empty()) {
        std::fprintf(stderr, "not every request was accepted; the first refusal:\n%s\n",
                     result.first_refusal.c_str());
    }
    Figures figures{{"requests", options.requests},
                    {"seconds", result.seconds},
                    {"accepted", accepted(result)},
                    {"accepted_per_second", accepted(result) / result.seconds},
                    {"p50_ms", percentile(result.milliseconds, 0.5)},
                    {"p99_ms", percentile(result.milliseconds, 0.99)},
                    {"max_ms", percentile(result.milliseconds, 1)}};
    for (const auto& [status, times] : result.statuses) {
        figures.emplace_back("status_" + std::to_string(status), times);
    }
    print_figures(figures);
}

void add_options(CLI::App& app, Options& options) {
    app.add_option("--port", options.port, "the server's");
    app.add_option("--start", options.start, "where the requests' calendar begins")->required();
    app.add_option("--connections", options.connections)->check(CLI::Range(1, 1000));
    app.add_option("--requests", options.requests)->check(CLI::PositiveNumber);
    app.add_option("--skip", options.skip, "requests that another run has sent");
    app.add_option("--seed", options.shape.seed);
    app.add_option("--gpus", options.shape.gpus);
    app.add_option("--gpus-per-node", options.shape.gpus_per_node);
    app.add_option("--most-gpus", options.shape.most_gpus);
    app.add_option("--most-slots", options.shape.most_slots);
    app.add_option("--horizon-slots", options.shape.horizon_slots);
    app.add_option("--slot-hours", options.slot_hours);
    app.add_option("--contract", options.contract, "api or seed")
        ->transform(CLI::CheckedTransformer(
            std::map<std::string, Contract>{{"api", Contract::api}, {"seed", Contract::seed}}));
    app.add_option("--gpus-by", options.gpu_words, "ids or count")
        ->transform(CLI::CheckedTransformer(
            std::map<std::string, GpuWords>{{"ids", GpuWords::ids}, {"count", GpuWords::count}}));
    app.add_flag("--print", options.print_only, "only print the bodies");
}

int run(Options& options) {
    options.first_slot = instant_of(options.start);
    std::vector<std::string> texts = make_bodies(options);
    if (options.print_only) {
        for (const std::string& body : texts) std::puts(body.c_str());
        return 0;
    }
    const Writer writer(options);
    for (std::string& text : texts) text = writer.request(text);
    report(options, run_load(options.port, options.connections, texts));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("Load for a server that takes reservations.");
    add_options(app, options);
    CLI11_PARSE(app, argc, argv);
    try {
        return run(options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_http_load: %s\n", error.what());
        return 1;
    }
}
