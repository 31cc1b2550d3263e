// A disk in memory that does to files what real ones do when the power goes: of what was written
// and not synced, any part may be there afterwards, in any order, torn at sectors. It also fails
// writes and syncs, and fills up, when its plan says so.
//
//     disk.write(file, 0, "new");     // programs read it back at once
//     disk.sync(file, errors_seen);   // now it is durable
//     disk.lose_power(random);        // only what is durable, and any part of the rest, is left
//
// What a failed sync did not write is lost for good, although programs still read it and the next
// sync succeeds: so does Linux. Any thread, except where a method says otherwise.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "faults/random.hpp"

namespace berth::faults {

inline constexpr std::uint64_t sector_size = 512;
inline constexpr std::uint64_t never = ~std::uint64_t{0};

enum class DiskResult { ok, io_error, full };

enum class SyncHonesty {
    honest,
    ignores_the_log,  // syncs of files named "…-wal" do nothing
    ignores_all,
};

// What goes wrong, by the number of the operation that changes the disk, counted from 1.
struct DiskPlan {
    std::uint64_t stop_at = never;  // the program ends here: power loss or kill
    std::uint64_t io_error_at = never;
    std::uint64_t full_from = never;
    std::uint64_t full_refusals = 0;  // so many writes fail before there is space again
    SyncHonesty honesty = SyncHonesty::honest;
};

class FaultyDisk {
public:
    using FileNumber = std::uint64_t;

    // Starts a program's time on this disk. `stop` is called at the planned operation, with the
    // disk locked, and must not return.
    void boot(const DiskPlan& plan, std::uint64_t seed, std::function<void()> stop);
    // Runs `last` with the disk locked, so that nobody changes it meanwhile.
    void stand_still(const std::function<void()>& last);

    [[nodiscard]] std::optional<FileNumber> find(const std::string& name);
    // Its name is durable after sync_names(); at once for one that the program itself makes so.
    FileNumber create(const std::string& name);
    FileNumber create_durably(const std::string& name);
    void remove(const std::string& name);
    void sync_names();

    // How much of `into` the file could fill.
    std::size_t read(FileNumber file, std::uint64_t offset, std::span<char> into);
    DiskResult write(FileNumber file, std::uint64_t offset, std::string_view bytes);
    DiskResult cut(FileNumber file, std::uint64_t size);
    // Each user of a file is told once of every failed sync, its own or another's.
    DiskResult sync(FileNumber file, std::uint64_t& errors_seen);
    [[nodiscard]] std::uint64_t size(FileNumber file);
    [[nodiscard]] std::uint64_t errors(FileNumber file);

    // With no program running:
    void lose_power(Random& random);
    void forget_removed_files();

    [[nodiscard]] std::uint64_t operations();
    [[nodiscard]] std::uint64_t faults();  // errors given since boot()

    template <class Pack>
    void members(Pack& pack) {
        pack(names_);
        pack(files_);
        pack(next_);
    }

private:
    static constexpr FileNumber no_file = 0;

    struct Name {
        FileNumber live = no_file;
        std::vector<FileNumber> possible;  // after a power loss; the first one is durable

        template <class Pack>
        void members(Pack& pack) {
            pack(live);
            pack(possible);
        }
    };
    struct Change {
        std::uint64_t offset = 0;
        std::string bytes;
        bool cuts = false;  // the file ends at `offset`

        template <class Pack>
        void members(Pack& pack) {
            pack(offset);
            pack(bytes);
            pack(cuts);
        }
    };
    struct File {
        std::string live;
        std::string durable;
        std::vector<Change> unsynced;
        std::uint64_t failed_syncs = 0;
        bool is_log = false;

        template <class Pack>
        void members(Pack& pack) {
            pack(live);
            pack(durable);
            pack(unsynced);
            pack(failed_syncs);
            pack(is_log);
        }
    };
    enum class Fate { all_lost, all_kept, some_in_order, some_in_any_order };

    void rename(const std::string& name, FileNumber to);
    void change(File& file, Change change);
    // Counts an operation; true when it is to fail. `in_flight` may or may not reach the file when
    // the program ends at this operation.
    bool begin(File* file, const Change* in_flight);
    bool is_full();
    static void apply(const Change& change, std::string& content, Random& random);
    static void apply_torn(const Change& change, std::string& content, Random& random);
    static void settle(File& file, Fate fate, Random& random);

    std::mutex mutex_;  // guards all below
    std::map<std::string, Name> names_;
    std::map<FileNumber, File> files_;
    FileNumber next_ = 1;
    DiskPlan plan_;
    Random random_{0};
    std::function<void()> stop_;
    std::uint64_t operations_ = 0;
    std::uint64_t faults_ = 0;
};

}  // namespace berth::faults
