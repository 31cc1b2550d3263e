#include "journal/faulty_disk.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace berth::testing {

namespace {

std::atomic<long> completed_syncs;
std::atomic<long> tried_writes;
std::atomic<long> last_good_write = -1;  // -1: all
std::atomic<int> write_error;
std::atomic<int> sync_error;

bool write_fails() {
    const long number = ++tried_writes;
    return last_good_write >= 0 && number > last_good_write;
}

}  // namespace

void FaultyDisk::fail_writes_after(int writes, int error) {
    write_error = error;
    last_good_write = tried_writes + writes;
}

void FaultyDisk::fail_syncs(int error) {
    sync_error = error;
}

void FaultyDisk::mend() {
    last_good_write = -1;
    sync_error = 0;
}

long FaultyDisk::syncs() {
    return completed_syncs;
}

long FaultyDisk::writes() {
    return tried_writes;
}

extern "C" {

// What libsqlite3 calls; a program's own definition comes before the C library's.
__attribute__((visibility("default"))) ssize_t pwrite64(int descriptor, const void* bytes,
                                                        size_t size, off64_t offset) {
    if (write_fails()) {
        errno = write_error;
        return -1;
    }
    return syscall(SYS_pwrite64, descriptor, bytes, size, offset);
}

__attribute__((visibility("default"))) int fdatasync(int descriptor) {
    if (sync_error != 0) {
        errno = sync_error;
        return -1;
    }
    const auto result = static_cast<int>(syscall(SYS_fdatasync, descriptor));
    if (result == 0) ++completed_syncs;
    return result;
}
}

}  // namespace berth::testing
