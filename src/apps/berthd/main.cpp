// berthd: the Berth server.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "apps/berthd/config.hpp"
#include "apps/berthd/platform.hpp"
#include "apps/berthd/server.hpp"

namespace {

struct Arguments {
    std::string config = "berth.yaml";
    std::string listen;
    std::string data;
    bool check_only = false;
    bool test_clock = false;
};

int fail(const std::string& why) {
    std::fprintf(stderr, "berthd: %s\n", why.c_str());
    return 1;
}

// "127.0.0.1:8420"; the port may be 0 for any free one.
bool split_address(const std::string& listen, std::string& address, unsigned short& port) {
    const auto colon = listen.rfind(':');
    if (colon == std::string::npos || colon + 1 == listen.size()) return false;
    const std::string digits = listen.substr(colon + 1);
    if (digits.size() > 5 || digits.find_first_not_of("0123456789") != std::string::npos)
        return false;
    const unsigned long number = std::stoul(digits);
    if (number > 65535) return false;
    address = listen.substr(0, colon);
    port = static_cast<unsigned short>(number);
    return true;
}

// Signals are taken by sigwait alone, so that no thread of the server is interrupted by one.
sigset_t block_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return signals;
}

int serve(const Arguments& arguments, berth::Config config, const char* program) {
    berth::ServerOptions options;
    if (!arguments.data.empty()) {
        config.data = std::filesystem::absolute(arguments.data).string();
    }
    const std::string listen = arguments.listen.empty() ? config.listen : arguments.listen;
    if (!split_address(listen, options.address, options.port)) {
        return fail("an address to listen on looks like 127.0.0.1:8420, not " + listen);
    }
    options.config = std::move(config);
    options.clock = arguments.test_clock ? berth::ClockKind::test : berth::ClockKind::wall;
    std::error_code error;
    auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    options.program_folder =
        error ? std::filesystem::absolute(program).parent_path() : self.parent_path();

    const sigset_t signals = block_signals();
    auto server = berth::Server::start(std::move(options));
    if (!server) return fail(server.error());
    int received = 0;
    sigwait(&signals, &received);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    Arguments arguments;
    CLI::App app("Berth's server: reserves GPUs by time and starts what is booked.", "berthd");
    app.add_option("--config", arguments.config, "the configuration file (YAML)")->required();
    app.add_option("--listen", arguments.listen, "ADDRESS:PORT, instead of the configuration's");
    app.add_option("--data", arguments.data, "the data folder, instead of the configuration's");
    app.add_flag("--check-config", arguments.check_only, "only check the configuration");
    app.add_flag("--test-clock", arguments.test_clock, "a clock that POST /test/clock moves");
    app.set_version_flag("--version", "berthd " BERTH_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    const auto clock = arguments.test_clock ? berth::ClockKind::test : berth::ClockKind::wall;
    auto config = berth::read_config(arguments.config, clock);
    if (!config) return fail(config.error());
    if (arguments.check_only) {
        if (const auto& cluster = config->launch.kubernetes; cluster && cluster->kubeconfig) {
            if (const auto access = berth::access_of(*cluster); !access)
                return fail(access.error());
        }
        std::printf("%s is right\n", arguments.config.c_str());
        return 0;
    }
    return serve(arguments, std::move(*config), argv[0]);
}
