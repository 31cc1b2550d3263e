#include "kubernetes/plain_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace berth {

namespace fs = std::filesystem;

namespace {

enum class Sync { no, yes };

std::unexpected<std::string> failed(std::string_view what, const fs::path& path, int number) {
    return std::unexpected("Cannot " + std::string(what) + " " + path.string() + ": " +
                           std::system_category().message(number) + ".");
}

class Descriptor {
public:
    Descriptor(const fs::path& path, int flags) : number_(::open(path.c_str(), flags, 0600)) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] bool is_open() const { return number_ >= 0; }
    [[nodiscard]] int get() const { return number_; }

private:
    int number_;
};

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

std::expected<void, std::string> write_file(const fs::path& file, int flags, std::string_view bytes,
                                            Sync sync) {
    const Descriptor opened(file, flags | O_WRONLY | O_CREAT | O_CLOEXEC);
    if (!opened.is_open()) return failed("open", file, errno);
    if (!write_all(opened.get(), bytes)) return failed("write", file, errno);
    if (sync == Sync::yes && ::fsync(opened.get()) != 0) return failed("sync", file, errno);
    return {};
}

std::expected<void, std::string> replace(const fs::path& file, std::string_view bytes, Sync sync) {
    fs::path fresh = file;
    fresh += ".new";
    if (auto written = write_file(fresh, O_TRUNC, bytes, sync); !written) return written;
    if (::rename(fresh.c_str(), file.c_str()) != 0) return failed("replace", file, errno);
    if (sync == Sync::no) return {};
    const Descriptor folder(file.parent_path(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!folder.is_open() || ::fsync(folder.get()) != 0) {
        return failed("sync", file.parent_path(), errno);
    }
    return {};
}

}  // namespace

std::expected<void, std::string> replace_file(const fs::path& file, std::string_view bytes) {
    return replace(file, bytes, Sync::yes);
}

std::expected<void, std::string> replace_soon(const fs::path& file, std::string_view bytes) {
    return replace(file, bytes, Sync::no);
}

std::expected<void, std::string> append_durably(const fs::path& file, std::string_view bytes) {
    return write_file(file, O_APPEND, bytes, Sync::yes);
}

std::expected<void, std::string> write_at(const fs::path& file, std::uint64_t offset,
                                          std::string_view bytes) {
    const Descriptor opened(file, O_WRONLY | O_CREAT | O_CLOEXEC);
    if (!opened.is_open()) return failed("open", file, errno);
    while (!bytes.empty()) {
        const auto written =
            ::pwrite(opened.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return failed("write", file, errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
    return {};
}

}  // namespace berth
