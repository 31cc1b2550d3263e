#include "journal/durable_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

namespace berth {

namespace {

using std::filesystem::path;

class Descriptor {
public:
    Descriptor(const path& file, int flags)
        : number_(::open(file.c_str(), flags | O_CLOEXEC, 0640)) {
        if (number_ < 0) fail("cannot open " + file.string());
    }
    ~Descriptor() { close(number_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] int number() const { return number_; }

    [[noreturn]] static void fail(const std::string& what) {
        throw std::system_error(errno, std::generic_category(), what);
    }

private:
    int number_;
};

void write_all(const Descriptor& to, const path& file, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(to.number(), bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) Descriptor::fail("cannot write " + file.string());
        if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void sync(const Descriptor& descriptor, const path& file) {
    if (fsync(descriptor.number()) != 0) Descriptor::fail("cannot sync " + file.string());
}

}  // namespace

void sync_folder(const path& folder) {
    sync(Descriptor(folder, O_RDONLY | O_DIRECTORY), folder);
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
    const Descriptor made(file, O_RDWR | O_CREAT);
}

void replace_file(const path& target, const path& temporary, std::string_view bytes) {
    try {
        const Descriptor file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
        write_all(file, temporary, bytes);
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
    const Descriptor descriptor(file, O_RDONLY);
    const auto size = std::filesystem::file_size(file);
    if (size > most) throw std::system_error(EFBIG, std::generic_category(), file.string());
    std::string bytes(size, '\0');
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const auto got = ::read(descriptor.number(), bytes.data() + filled, bytes.size() - filled);
        if (got < 0 && errno != EINTR) Descriptor::fail("cannot read " + file.string());
        if (got == 0) break;
        if (got > 0) filled += static_cast<std::size_t>(got);
    }
    bytes.resize(filled);
    return bytes;
}

}  // namespace berth
