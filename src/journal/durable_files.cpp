#include "journal/durable_files.hpp"

#include <fcntl.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "files/file_descriptor.hpp"

namespace berth {

namespace {

using std::filesystem::path;

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

FileDescriptor open_file(const path& file, int flags) {
    FileDescriptor opened(::open(file.c_str(), flags | O_CLOEXEC, 0640));
    if (!opened.is_open()) fail("cannot open " + file.string());
    return opened;
}

void sync(const FileDescriptor& opened, const path& file) {
    if (fsync(opened.get()) != 0) fail("cannot sync " + file.string());
}

}  // namespace

void sync_folder(const path& folder) {
    sync(open_file(folder, O_RDONLY | O_DIRECTORY), folder);
}

void create_folder(const path& folder) {
    std::vector<path> missing;
    for (path at = folder; !std::filesystem::exists(at); at = at.parent_path()) {
        missing.push_back(at);
    }
    std::filesystem::create_directories(folder);
    for (const auto& made : missing) sync_folder(made.parent_path());
}

void create_file(const path& file) {
    (void)open_file(file, O_RDWR | O_CREAT);
}

void replace_file(const path& target, const path& temporary, std::string_view bytes) {
    try {
        const FileDescriptor file = open_file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
        if (!write_all(file, bytes)) fail("cannot write " + temporary.string());
        sync(file, temporary);
    } catch (const std::system_error&) {
        std::error_code ignored;
        std::filesystem::remove(temporary, ignored);
        throw;
    }
    std::filesystem::rename(temporary, target);
    sync_folder(target.parent_path());
}

std::string read_file(const path& file, std::uintmax_t most) {
    const FileDescriptor descriptor = open_file(file, O_RDONLY);
    const auto size = std::filesystem::file_size(file);
    if (size > most) throw std::system_error(EFBIG, std::generic_category(), file.string());
    std::string bytes(size, '\0');
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const auto got = ::read(descriptor.get(), bytes.data() + filled, bytes.size() - filled);
        if (got < 0 && errno != EINTR) fail("cannot read " + file.string());
        if (got == 0) break;
        if (got > 0) filled += static_cast<std::size_t>(got);
    }
    bytes.resize(filled);
    return bytes;
}

}  // namespace berth
