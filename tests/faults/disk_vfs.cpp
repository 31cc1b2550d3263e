#include "faults/disk_vfs.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace berth::faults {

namespace {

struct OpenFile {
    sqlite3_file base;
    DiskVfs::Handle* handle;
};

DiskVfs::Handle& handle_of(sqlite3_file* file) {
    return *reinterpret_cast<OpenFile*>(file)->handle;
}

DiskVfs& vfs_of(sqlite3_vfs* vfs) {
    return *static_cast<DiskVfs*>(vfs->pAppData);
}

int close_file(sqlite3_file* file) {
    auto& handle = handle_of(file);
    handle.vfs->close(handle);
    return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
    const auto& handle = handle_of(file);
    const std::span<char> wanted(static_cast<char*>(into), static_cast<std::size_t>(size));
    const auto found =
        handle.vfs->disk.read(handle.file, static_cast<std::uint64_t>(offset), wanted);
    std::ranges::fill(wanted.subspan(found), '\0');
    return found == wanted.size() ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    const auto& handle = handle_of(file);
    const std::string_view text(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
    switch (handle.vfs->disk.write(handle.file, static_cast<std::uint64_t>(offset), text)) {
        case DiskResult::ok:
            return SQLITE_OK;
        case DiskResult::full:
            return SQLITE_FULL;
        case DiskResult::io_error:
            break;
    }
    return SQLITE_IOERR_WRITE;
}

int cut_file(sqlite3_file* file, sqlite3_int64 size) {
    const auto& handle = handle_of(file);
    const auto result = handle.vfs->disk.cut(handle.file, static_cast<std::uint64_t>(size));
    return result == DiskResult::ok ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

int sync_file(sqlite3_file* file, int) {
    auto& handle = handle_of(file);
    if (handle.vfs->disk.sync(handle.file, handle.errors_seen) != DiskResult::ok) {
        return SQLITE_IOERR_FSYNC;
    }
    if (handle.sync_names_too) handle.vfs->disk.sync_names();
    handle.sync_names_too = false;
    return SQLITE_OK;
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
    const auto& handle = handle_of(file);
    *size = static_cast<sqlite3_int64>(handle.vfs->disk.size(handle.file));
    return SQLITE_OK;
}

int lock_file(sqlite3_file* file, int level) {
    auto& handle = handle_of(file);
    return handle.vfs->lock(handle, level);
}

int unlock_file(sqlite3_file* file, int level) {
    auto& handle = handle_of(file);
    return handle.vfs->unlock(handle, level);
}

int is_reserved(sqlite3_file* file, int* answer) {
    const auto& handle = handle_of(file);
    *answer = handle.vfs->is_reserved(handle) ? 1 : 0;
    return SQLITE_OK;
}

int control_file(sqlite3_file*, int, void*) {
    return SQLITE_NOTFOUND;
}

int sector_of_file(sqlite3_file*) {
    return 4096;
}

// As SQLite takes a real disk to be: a write does not harm the bytes beside it.
int traits_of_file(sqlite3_file*) {
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int map_index(sqlite3_file* file, int region, int size, int extend, void volatile** at) {
    auto& handle = handle_of(file);
    return handle.vfs->map_index(handle, region, size, extend != 0, at);
}

int lock_index(sqlite3_file* file, int first, int count, int flags) {
    auto& handle = handle_of(file);
    return handle.vfs->lock_index(handle, first, count, flags);
}

void index_barrier(sqlite3_file*) {
    __sync_synchronize();
}

int unmap_index(sqlite3_file* file, int) {
    auto& handle = handle_of(file);
    handle.vfs->unmap_index(handle);
    return SQLITE_OK;
}

constexpr sqlite3_io_methods file_methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = cut_file,
    .xSync = sync_file,
    .xFileSize = size_of_file,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = is_reserved,
    .xFileControl = control_file,
    .xSectorSize = sector_of_file,
    .xDeviceCharacteristics = traits_of_file,
    .xShmMap = map_index,
    .xShmLock = lock_index,
    .xShmBarrier = index_barrier,
    .xShmUnmap = unmap_index,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    auto* opened = reinterpret_cast<OpenFile*>(file);
    opened->base.pMethods = nullptr;
    const int result = vfs_of(vfs).open(name, flags, opened->handle);
    if (result == SQLITE_OK) opened->base.pMethods = &file_methods;
    if (out_flags != nullptr) *out_flags = flags;
    return result;
}

int remove_file(sqlite3_vfs* vfs, const char* name, int sync_names) {
    auto& disk = vfs_of(vfs).disk;
    if (!disk.find(name)) return SQLITE_IOERR_DELETE_NOENT;
    disk.remove(name);
    if (sync_names != 0) disk.sync_names();
    return SQLITE_OK;
}

// As SQLite's own: a file without a byte is none.
int look_for_file(sqlite3_vfs* vfs, const char* name, int, int* answer) {
    auto& disk = vfs_of(vfs).disk;
    const auto file = disk.find(name);
    *answer = file && disk.size(*file) > 0 ? 1 : 0;
    return SQLITE_OK;
}

int full_name(sqlite3_vfs*, const char* name, int size, char* into) {
    sqlite3_snprintf(size, into, "%s", name);
    return SQLITE_OK;
}

int no_randomness(sqlite3_vfs*, int size, char* into) {
    std::memset(into, 7, static_cast<std::size_t>(size));
    return size;
}

int sleep_really(sqlite3_vfs* vfs, int microseconds) {
    auto* real = vfs_of(vfs).real;
    return real->xSleep(real, microseconds);
}

int real_time(sqlite3_vfs* vfs, double* now) {
    auto* real = vfs_of(vfs).real;
    return real->xCurrentTime(real, now);
}

// The only error of the operating system that this disk gives without a code of its own.
int last_error(sqlite3_vfs*, int, char*) {
    return EIO;
}

}  // namespace

DiskVfs::DiskVfs(FaultyDisk& the_disk) : disk(the_disk), real(sqlite3_vfs_find(nullptr)) {
    vfs_.iVersion = 1;
    vfs_.szOsFile = sizeof(OpenFile);
    vfs_.mxPathname = 512;
    vfs_.zName = "faulty disk";
    vfs_.pAppData = this;
    vfs_.xOpen = open_file;
    vfs_.xDelete = remove_file;
    vfs_.xAccess = look_for_file;
    vfs_.xFullPathname = full_name;
    vfs_.xRandomness = no_randomness;
    vfs_.xSleep = sleep_really;
    vfs_.xCurrentTime = real_time;
    vfs_.xGetLastError = last_error;
    sqlite3_vfs_register(&vfs_, 1);
}

DiskVfs::~DiskVfs() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(real, 1);
}

int DiskVfs::open(const char* name, int flags, Handle*& opened) {
    if (name == nullptr) return SQLITE_CANTOPEN;  // Berth keeps temporary files in memory
    const bool may_create = (flags & SQLITE_OPEN_CREATE) != 0;
    auto file = disk.find(name);
    if (!file) {
        // The journal makes its own file, and syncs its folder, before SQLite comes.
        if ((flags & SQLITE_OPEN_MAIN_DB) != 0) {
            file = disk.create_durably(name);
        } else if (may_create) {
            file = disk.create(name);
        } else {
            return SQLITE_CANTOPEN;
        }
    }
    const std::lock_guard lock(mutex_);
    Handle handle;
    handle.vfs = this;
    handle.file = *file;
    handle.errors_seen = disk.errors(*file);
    handle.sync_names_too =
        may_create && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
    opened = &handles_.emplace_back(handle);
    return SQLITE_OK;
}

void DiskVfs::close(Handle& handle) {
    unmap_index(handle);
    const std::lock_guard lock(mutex_);
    handles_.remove_if([&](const Handle& other) { return &other == &handle; });
}

int DiskVfs::lock(Handle& handle, int level) {
    const std::lock_guard guard(mutex_);
    if (handle.lock >= level) return SQLITE_OK;
    int others = SQLITE_LOCK_NONE;
    for (const Handle& other : handles_) {
        if (&other != &handle && other.file == handle.file) others = std::max(others, other.lock);
    }
    if (level == SQLITE_LOCK_SHARED && others >= SQLITE_LOCK_PENDING) return SQLITE_BUSY;
    if (level >= SQLITE_LOCK_RESERVED && others >= SQLITE_LOCK_RESERVED) return SQLITE_BUSY;
    if (level == SQLITE_LOCK_EXCLUSIVE && others >= SQLITE_LOCK_SHARED) {
        handle.lock = SQLITE_LOCK_PENDING;  // no new reader comes in meanwhile
        return SQLITE_BUSY;
    }
    handle.lock = level;
    return SQLITE_OK;
}

int DiskVfs::unlock(Handle& handle, int level) {
    const std::lock_guard guard(mutex_);
    handle.lock = std::min(handle.lock, level);
    return SQLITE_OK;
}

bool DiskVfs::is_reserved(const Handle& handle) {
    const std::lock_guard guard(mutex_);
    return std::ranges::any_of(handles_, [&](const Handle& other) {
        return other.file == handle.file && other.lock >= SQLITE_LOCK_RESERVED;
    });
}

int DiskVfs::map_index(Handle& handle, int region, int size, bool extend, volatile void** at) {
    const std::lock_guard guard(mutex_);
    Index& index = indexes_[handle.file];
    if (!handle.uses_index) ++index.users;
    handle.uses_index = true;
    const auto wanted = static_cast<std::size_t>(region);
    *at = nullptr;
    if (wanted >= index.regions.size() && !extend) return SQLITE_OK;
    while (index.regions.size() <= wanted) {
        index.regions.push_back(
            std::make_unique<std::vector<char>>(static_cast<std::size_t>(size)));
    }
    *at = index.regions[wanted]->data();
    return SQLITE_OK;
}

int DiskVfs::lock_index(Handle& handle, int first, int count, int flags) {
    const std::lock_guard guard(mutex_);
    const unsigned slots = ((1U << count) - 1U) << first;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        handle.shared_slots &= ~slots;
        handle.exclusive_slots &= ~slots;
        return SQLITE_OK;
    }
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (const Handle& other : handles_) {
        if (&other == &handle || other.file != handle.file) continue;
        const unsigned taken = other.exclusive_slots | (exclusive ? other.shared_slots : 0U);
        if ((taken & slots) != 0) return SQLITE_BUSY;
    }
    (exclusive ? handle.exclusive_slots : handle.shared_slots) |= slots;
    return SQLITE_OK;
}

void DiskVfs::unmap_index(Handle& handle) {
    const std::lock_guard guard(mutex_);
    if (!handle.uses_index) return;
    handle.uses_index = false;
    handle.shared_slots = 0;
    handle.exclusive_slots = 0;
    if (--indexes_[handle.file].users == 0) indexes_.erase(handle.file);
}

}  // namespace berth::faults
