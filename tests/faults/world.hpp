// What goes on existing when a berthd dies: its disk, the jobs it started, and what its users were
// told. It is handed from one process to the next, and the checks hold the next one to it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "booking/command.hpp"
#include "booking/reservation.hpp"
#include "engine/journal_port.hpp"
#include "engine/launcher_port.hpp"
#include "faults/faulty_disk.hpp"
#include "faults/pack.hpp"

namespace berth::faults {

// What somebody asks for; the same again when nobody knows what became of it.
struct Wish {
    enum class Kind { reserve, cancel, release } kind = Kind::reserve;
    ReservationId id;  // to cancel or release
    int gpus = 1;
    bool starts_now = false;
    Instant start;
    int hours = 2;
    bool has_job = false;
    OnConflict on_conflict = OnConflict::refuse;

    [[nodiscard]] Command command() const;
};

struct Asked {
    // `open`: no answer came. `full`: answered 507.
    enum class Fate { open, accepted, refused, full } fate = Fate::open;
    std::string actor;
    Wish wish;
    ReservationId reservation;   // that it was accepted for
    bool is_in_journal = false;  // as the last recovery found

    template <class Pack>
    void members(Pack& pack) {
        pack(fate);
        pack(actor);
        pack(wish);
        pack(reservation);
        pack(is_in_journal);
    }
};

// A job's processes, which outlive berthd.
struct Job {
    AttemptStatus::Phase phase = AttemptStatus::Phase::waiting;
    std::vector<std::string> gpus;
    Instant ends_at;
    int exit_code = 0;
    Instant ended_at;

    template <class Pack>
    void members(Pack& pack) {
        pack(phase);
        pack(gpus);
        pack(ends_at);
        pack(exit_code);
        pack(ended_at);
    }
};

struct Counts {
    std::uint64_t lives = 0;
    std::uint64_t power_losses = 0;
    std::uint64_t kills = 0;
    std::uint64_t unknown_outcomes = 0;
    std::uint64_t failed_openings = 0;
    std::uint64_t clean_ends = 0;
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;
    std::uint64_t answered_full = 0;
    std::uint64_t repeated = 0;
    std::uint64_t asked_again = 0;  // after a crash, because no answer had come
    std::uint64_t found_done = 0;   // of those, what had been done all the same
    std::uint64_t job_starts = 0;
    std::uint64_t checkpoints = 0;
    std::uint64_t starts_from_a_snapshot = 0;

    Counts& operator+=(const Counts& other);
    [[nodiscard]] std::string text() const;
};

enum class Ending { crashed, gave_up, could_not_open, closed };

struct World {
    std::mutex mutex;  // guards all but the disk, which guards itself
    FaultyDisk disk;
    Instant now;
    std::map<std::string, Asked> asked;             // by Idempotency-Key
    std::map<std::uint64_t, std::string> told;      // rows that readers were told of
    std::map<ReservationId, std::string> promised;  // as last answered to a client, JSON
    std::set<ReservationId> over;                   // told to have ended
    std::map<AttemptId, Job> jobs;                  // those the launcher remembers
    std::map<AttemptId, int> starts;                // of real processes, ever
    std::vector<std::string> violations;
    Ending ending = Ending::crashed;
    Counts counts;

    template <class Pack>
    void members(Pack& pack) {
        pack(disk);
        pack(now);
        pack(asked);
        pack(told);
        pack(promised);
        pack(over);
        pack(jobs);
        pack(starts);
        pack(violations);
        pack(ending);
        pack(counts);
    }
};

std::string text_of(const JournalRow& row);
std::string text_of(const Reservation& reservation);
Reservation reservation_from(const std::string& text);

}  // namespace berth::faults
