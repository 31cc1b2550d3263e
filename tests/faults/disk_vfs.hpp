// Puts a FaultyDisk under SQLite: while this exists, every database that this process opens by
// default lies on that disk. Locks and the log's shared index are the process's own, and go with
// it.
//
// One at a time, and made before any connection is.
#pragma once

#include <sqlite3.h>

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "faults/faulty_disk.hpp"

namespace berth::faults {

class DiskVfs {
public:
    explicit DiskVfs(FaultyDisk& disk);
    ~DiskVfs();
    DiskVfs(const DiskVfs&) = delete;
    DiskVfs& operator=(const DiskVfs&) = delete;

    // The log's index: shared memory of all connections, with eight locks.
    struct Index {
        std::vector<std::unique_ptr<std::vector<char>>> regions;
        int users = 0;
    };
    // One open file of one connection.
    struct Handle {
        DiskVfs* vfs = nullptr;
        FaultyDisk::FileNumber file = 0;
        std::uint64_t errors_seen = 0;
        bool sync_names_too = false;  // its name is new: the first sync makes that durable as well
        int lock = SQLITE_LOCK_NONE;
        bool uses_index = false;
        unsigned shared_slots = 0;
        unsigned exclusive_slots = 0;
    };

    // What the C functions call; they return SQLite's result codes.
    int open(const char* name, int flags, Handle*& opened);
    void close(Handle& handle);
    int lock(Handle& handle, int level);
    int unlock(Handle& handle, int level);
    bool is_reserved(const Handle& handle);
    int map_index(Handle& handle, int region, int size, bool extend, volatile void** at);
    int lock_index(Handle& handle, int first, int count, int flags);
    void unmap_index(Handle& handle);

    FaultyDisk& disk;
    sqlite3_vfs* real = nullptr;  // for what is not the disk's: time and sleeping

private:
    sqlite3_vfs vfs_{};
    std::mutex mutex_;  // guards all below
    std::list<Handle> handles_;
    std::map<FaultyDisk::FileNumber, Index> indexes_;
};

}  // namespace berth::faults
