#include "files/durable_file.hpp"

#include <fcntl.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "files/file_descriptor.hpp"

namespace berth {

namespace fs = std::filesystem;

namespace {

enum class Sync { no, yes };

std::unexpected<std::string> failed(std::string_view what, const fs::path& path, int number) {
    return std::unexpected("Cannot " + std::string(what) + " " + path.string() + ": " +
                           system_error_text(number) + ".");
}

FileDescriptor open_to_write(const fs::path& file, int flags) {
    return FileDescriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600));
}

std::expected<void, std::string> write_file(const fs::path& file, int flags, std::string_view bytes,
                                            Sync sync) {
    const FileDescriptor opened = open_to_write(file, flags);
    if (!opened.is_open()) return failed("open", file, errno);
    if (!write_all(opened, bytes)) return failed("write", file, errno);
    if (sync == Sync::yes && ::fsync(opened.get()) != 0) return failed("sync", file, errno);
    return {};
}

std::expected<void, std::string> replace(const fs::path& file, std::string_view bytes, Sync sync) {
    fs::path fresh = file;
    fresh += ".new";
    if (auto written = write_file(fresh, O_TRUNC, bytes, sync); !written) {
        ::unlink(fresh.c_str());  // a full disk gets its room back
        return written;
    }
    if (::rename(fresh.c_str(), file.c_str()) != 0) return failed("replace", file, errno);
    return sync == Sync::yes ? sync_to_disk(file.parent_path())
                             : std::expected<void, std::string>();
}

}  // namespace

std::string system_error_text(int number) {
    return std::system_category().message(number);
}

std::expected<void, std::string> write_durably(const fs::path& file, std::string_view bytes) {
    return replace(file, bytes, Sync::yes);
}

std::expected<void, std::string> write_soon(const fs::path& file, std::string_view bytes) {
    return replace(file, bytes, Sync::no);
}

std::expected<void, std::string> append_durably(const fs::path& file, std::string_view bytes) {
    return write_file(file, O_APPEND, bytes, Sync::yes);
}

std::expected<void, std::string> write_at(const fs::path& file, std::uint64_t offset,
                                          std::string_view bytes) {
    const FileDescriptor opened = open_to_write(file, 0);
    if (!opened.is_open()) return failed("open", file, errno);
    if (::lseek(opened.get(), static_cast<off_t>(offset), SEEK_SET) < 0 ||
        !write_all(opened, bytes)) {
        return failed("write", file, errno);
    }
    return {};
}

std::expected<void, std::string> make_folder_durably(const fs::path& folder) {
    std::error_code error;
    // Its own name also where it is there already: a crash may have come before its way to the
    // disk.
    std::vector<fs::path> named{folder};
    for (fs::path at = folder.parent_path(); !at.empty() && !fs::exists(at, error);
         at = at.parent_path()) {
        named.push_back(at);
    }
    fs::create_directories(folder, error);
    if (error) {
        return std::unexpected("Cannot make the folder " + folder.string() + ": " +
                               error.message() + ".");
    }
    for (const auto& path : named) {
        if (auto synced = sync_to_disk(path.parent_path()); !synced) return synced;
    }
    return {};
}

std::expected<void, std::string> sync_to_disk(const fs::path& path) {
    const fs::path named = path.empty() ? fs::path(".") : path;
    const FileDescriptor opened(::open(named.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened.is_open() || ::fsync(opened.get()) != 0) return failed("sync", named, errno);
    return {};
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
