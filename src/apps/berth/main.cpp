// berth: the command line.
#include <curl/curl.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

#include "apps/berth/program.hpp"

namespace {

std::string environment(const char* name, const std::string& otherwise) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
    return value != nullptr && *value != '\0' ? value : otherwise;
}

std::string login_name() {
    const passwd* entry = ::getpwuid(::getuid());  // NOLINT(concurrency-mt-unsafe): the same
    return entry != nullptr ? entry->pw_name : "nobody";
}

}  // namespace

int main(int argc, char** argv) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    berth::cli::Program program({.server = environment("BERTH_URL", "http://127.0.0.1:8420"),
                                 .user = environment("BERTH_USER", login_name()),
                                 .version = BERTH_VERSION});
    const int status = program.run({argv + 1, argv + argc});
    curl_global_cleanup();
    return status;
}
