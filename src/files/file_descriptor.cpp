#include "files/file_descriptor.hpp"

#include <cerrno>

namespace berth {

bool write_all(const FileDescriptor& to, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(to.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace berth
