#include "launch/durable_file.hpp"

#include <fcntl.h>

#include <cerrno>
#include <system_error>

#include "launch/file_descriptor.hpp"

namespace berth {

namespace fs = std::filesystem;

namespace {

std::unexpected<std::string> failed(std::string_view what, const fs::path& path) {
    return std::unexpected("Cannot " + std::string(what) + " " + path.string() + ": " +
                           system_error_text(errno) + ".");
}

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

std::expected<void, std::string> sync_folder(const fs::path& folder) {
    const FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.is_open() || ::fsync(opened.get()) != 0) return failed("sync", folder);
    return {};
}

}  // namespace

std::string system_error_text(int number) {
    return std::system_category().message(number);
}

std::expected<void, std::string> write_durably(const fs::path& file, std::string_view bytes) {
    fs::path fresh = file;
    fresh += ".new";
    {
        const FileDescriptor opened(
            ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        if (!opened.is_open()) return failed("create", fresh);
        if (!write_all(opened.get(), bytes)) return failed("write", fresh);
        if (::fsync(opened.get()) != 0) return failed("sync", fresh);
    }
    if (::rename(fresh.c_str(), file.c_str()) != 0) return failed("replace", file);
    return sync_folder(file.parent_path());
}

std::expected<void, std::string> make_folder_durably(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        return std::unexpected("Cannot make the folder " + folder.string() + ": " +
                               error.message() + ".");
    }
    return sync_folder(folder.parent_path());
}

std::optional<std::string> read_whole(const fs::path& file) {
    const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened.is_open()) return std::nullopt;
    std::string bytes;
    char part[4096];
    for (;;) {
        const auto got = ::read(opened.get(), part, sizeof part);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return std::nullopt;
        if (got == 0) return bytes;
        bytes.append(part, static_cast<std::size_t>(got));
    }
}

}  // namespace berth
