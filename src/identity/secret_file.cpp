#include "identity/secret_file.hpp"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "files/file_descriptor.hpp"

namespace berth {

namespace {

using Secret = std::array<unsigned char, 32>;

FileDescriptor open_file(const std::filesystem::path& path, int flags) {
    return FileDescriptor(::open(path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR));
}

std::unexpected<std::string> failure(const std::filesystem::path& file, const std::string& what) {
    return std::unexpected("the secret " + file.string() + " " + what);
}

std::unexpected<std::string> system_failure(const std::filesystem::path& file,
                                            const std::string& what) {
    return failure(file, what + ": " + std::strerror(errno));
}

std::expected<Secret, std::string> read_secret(const std::filesystem::path& file) {
    const FileDescriptor opened = open_file(file, O_RDONLY);
    if (!opened.is_open()) return system_failure(file, "cannot be opened");
    struct stat status{};
    if (::fstat(opened.get(), &status) != 0) return system_failure(file, "cannot be read");
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return failure(file, "is open to others than its owner; run: chmod 600 " + file.string() +
                                 " (or delete it, and running jobs lose their tokens)");
    }
    Secret secret{};
    const auto size = ::read(opened.get(), secret.data(), secret.size());
    if (size != static_cast<ssize_t>(secret.size()) ||
        status.st_size != static_cast<off_t>(secret.size())) {
        return failure(file, "does not hold 32 bytes; delete it to have a new one made");
    }
    return secret;
}

// Written beside it and linked into place: the file is never there half-written, and link() fails
// when another process was faster.
std::expected<void, std::string> create_secret(const std::filesystem::path& file) {
    Secret secret{};
    if (RAND_bytes(secret.data(), static_cast<int>(secret.size())) != 1) {
        return failure(file, "cannot be made: the system gives no random bytes");
    }
    auto draft = file;
    draft += ".new-" + std::to_string(::getpid());
    {
        const FileDescriptor opened = open_file(draft, O_WRONLY | O_CREAT | O_TRUNC);
        if (!opened.is_open()) return system_failure(file, "cannot be created");
        if (::write(opened.get(), secret.data(), secret.size()) !=
                static_cast<ssize_t>(secret.size()) ||
            ::fsync(opened.get()) != 0) {
            auto problem = system_failure(file, "cannot be written");
            ::unlink(draft.c_str());
            return problem;
        }
    }
    const int linked = ::link(draft.c_str(), file.c_str());
    const int reason = errno;
    ::unlink(draft.c_str());
    if (linked == 0 || reason == EEXIST) return {};
    errno = reason;
    return system_failure(file, "cannot be created");
}

}  // namespace

std::expected<Secret, std::string> read_or_create_secret(const std::filesystem::path& file) {
    if (!std::filesystem::exists(file)) {
        if (auto created = create_secret(file); !created) {
            return std::unexpected(std::move(created.error()));
        }
    }
    return read_secret(file);
}

}  // namespace berth
