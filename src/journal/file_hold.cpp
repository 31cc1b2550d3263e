#include "journal/file_hold.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace berth {

namespace {

// The process id that the holder wrote; empty while it is writing it.
std::string holder_of(int descriptor) {
    std::array<char, 32> text{};
    const auto size = pread(descriptor, text.data(), text.size(), 0);
    if (size <= 0) return {};
    const std::string found(text.data(), static_cast<std::size_t>(size));
    return found.substr(0, found.find('\n'));
}

// For people only: the lock is what counts, and it holds on a full disk too.
void write_holder(int descriptor) {
    const std::string text = std::to_string(getpid()) + "\n";
    if (ftruncate(descriptor, 0) != 0) return;
    if (pwrite(descriptor, text.data(), text.size(), 0) < 0) return;
}

std::string failure(const std::string& doing, const std::filesystem::path& path) {
    return "cannot " + doing + " " + path.string() + ": " + std::strerror(errno);
}

}  // namespace

std::expected<FileHold, std::string> FileHold::take(const std::filesystem::path& lock_file,
                                                    const std::string& what) {
    // Closed on exec: a job that berthd starts must not keep the hold when berthd is gone.
    const int descriptor = ::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (descriptor < 0) return std::unexpected(failure("open", lock_file));
    FileHold hold(descriptor);
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return std::unexpected(failure("lock", lock_file));
        const auto holder = holder_of(descriptor);
        return std::unexpected(what + " is in use by another berthd" +
                               (holder.empty() ? "" : " (process " + holder + ")"));
    }
    write_holder(descriptor);
    return hold;
}

FileHold::~FileHold() {
    if (descriptor_ >= 0) close(descriptor_);
}

FileHold::FileHold(FileHold&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileHold& FileHold::operator=(FileHold&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

}  // namespace berth
