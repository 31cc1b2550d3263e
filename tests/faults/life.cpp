#include "faults/life.hpp"

#include <soci/soci.h>

#include <future>
#include <memory>

#include "engine/engine.hpp"
#include "engine/recover.hpp"
#include "engine/snapshot.hpp"
#include "faults/checks.hpp"
#include "faults/disk_vfs.hpp"
#include "faults/early_journal.hpp"
#include "faults/outside_jobs.hpp"
#include "faults/step_clock.hpp"
#include "follow/launch_follower.hpp"
#include "journal/sqlite_connection.hpp"
#include "journal/sqlite_journal.hpp"

namespace berth::faults {

namespace {

using namespace std::chrono_literals;
using Fate = Asked::Fate;

constexpr std::size_t working_threads = 2;  // the engine's writer and the follower's worker
constexpr auto slot = 120min;

class NoTokens : public JobTokenPort {
public:
    std::string issue(const AttemptId& attempt) const override { return attempt.text(); }
    std::optional<AttemptId> verify(std::string_view) const override { return std::nullopt; }
};

class Life {
public:
    Life(World& world, const LifePlan& plan, std::string path, std::function<void()> end)
        : world_(world),
          plan_(plan),
          path_(std::move(path)),
          end_(std::move(end)),
          random_(plan.seed),
          clock_(world.now),
          vfs_(world.disk),
          jobs_(world) {}

    void live() {
        world_.disk.boot(plan_.disk, plan_.seed, [this] {
            const std::lock_guard lock(world_.mutex);
            world_.ending = Ending::crashed;
            end_();
        });
        open();
        ask_again();
        for (int i = 0; i < plan_.steps; ++i) step();
        if (plan_.closes) close();
        end_as(plan_.closes ? Ending::closed : Ending::crashed);
    }

private:
    // -- beginning and end

    void open() {
        auto opened = SqliteJournal::open(path_);
        if (!opened) {
            if (world_.disk.faults() > 0) end_as(Ending::could_not_open);
            throw std::runtime_error(opened.error());
        }
        journal_ = std::move(*opened);
        check_recovery(world_, *journal_, path_);
        if (!world_.violations.empty()) end_as(Ending::crashed);
        JournalPort* port = journal_.get();
        if (plan_.flaw == Flaw::answers_before_commit) {
            early_ = std::make_unique<EarlyJournal>(*journal_);
            port = early_.get();
        }
        check_snapshots();
        auto with = options();
        with.snapshots = journal_.get();
        engine_ = std::make_unique<Engine>(*port, clock_, std::move(with));
        engine_->subscribe([this](const std::vector<Published>& rows) { note(rows); });
        follower_ = std::make_unique<LaunchFollower>(
            *engine_, jobs_, tokens_, clock_, [this](const std::string& what) { violate(what); });
        settle();
        note_what_readers_see();
        declare_fleet();
    }

    // A start from a snapshot finds what reading every row finds, to the letter.
    void check_snapshots() {
        const auto with = options();
        const auto state_text = [&](SnapshotPort* snapshots) {
            const auto found =
                recover({*journal_, snapshots, with.grid, with.limits, {}}, clock_.now());
            return std::pair(encode_snapshot(SnapshotContents(found.state)), found.rows);
        };
        const auto [short_way, few] = state_text(journal_.get());
        const auto [long_way, all] = state_text(nullptr);
        if (short_way != long_way) violate("a snapshot leads to another state than the rows do");
        const std::lock_guard lock(world_.mutex);
        if (few < all) ++world_.counts.starts_from_a_snapshot;
    }

    // Whatever was recovered is shown from now on, and so must not go away any more.
    void note_what_readers_see() {
        const std::lock_guard lock(world_.mutex);
        for (const auto& row : journal_->rows_after(0, 1'000'000)) {
            world_.told[row.sequence] = text_of(row);
        }
    }

    EngineOptions options() {
        return {.grid = SlotGrid::make("UTC", slot).value(),
                .limits = {.horizon_slots = 168, .indexed_slots = 12},
                .largest_batch = 256,
                .report =
                    [this](const std::string& what) {
                        if (what.contains("bug")) violate(what);
                    },
                .give_up = [this](const std::string& why) { give_up(why); }};
    }

    void give_up(const std::string& why) {
        if (world_.disk.faults() == 0) violate(why + ": " + journal_->last_error());
        end_as(Ending::gave_up);
    }

    void close() {
        follower_.reset();
        engine_.reset();
        early_.reset();
        journal_.reset();
    }

    [[noreturn]] void end_as(Ending ending) {
        world_.disk.stand_still([&] {
            const std::lock_guard lock(world_.mutex);
            world_.ending = ending;
            end_();
        });
        std::abort();
    }

    // -- what is told

    void violate(const std::string& what) {
        const std::lock_guard lock(world_.mutex);
        world_.violations.push_back(what);
    }

    void note(const std::vector<Published>& rows) {
        const std::lock_guard lock(world_.mutex);
        for (const Published& published : rows) {
            world_.told[published.row.sequence] = text_of(published.row);
            if (published.reservation && is_ended(published.reservation->state)) {
                world_.over.insert(published.reservation->id);
            }
        }
    }

    void note_answer(const std::string& key, const Answer& answer) {
        const std::lock_guard lock(world_.mutex);
        Asked& asked = world_.asked[key];
        if (!answer) {
            const bool full = answer.error().code == RefusalCode::journal_full;
            ++(full ? world_.counts.answered_full : world_.counts.refused);
            if (asked.is_in_journal) {
                world_.violations.push_back("request " + key + " is in the journal, but refused: " +
                                            answer.error().message);
            }
            asked.fate = full ? Fate::full : Fate::refused;
            return;
        }
        const Reservation& reservation = *answer->reservation;
        if (asked.is_in_journal != answer->repeated ||
            (asked.fate == Fate::accepted && asked.reservation != reservation.id)) {
            world_.violations.push_back("request " + key + " was done again as " +
                                        reservation.id.text());
        }
        ++(answer->repeated ? world_.counts.repeated : world_.counts.accepted);
        asked.fate = Fate::accepted;
        asked.is_in_journal = true;
        asked.reservation = reservation.id;
        world_.promised[reservation.id] = text_of(reservation);
    }

    // -- what happens

    void settle() { clock_.settle(working_threads); }

    void submit(const std::string& key, std::function<void()> then = {}) {
        Asked asked;
        {
            const std::lock_guard lock(world_.mutex);
            asked = world_.asked.at(key);
        }
        engine_->submit({.actor = asked.actor,
                         .reason = {},
                         .idempotency_key = key,
                         .body_hash = key,
                         .command = asked.wish.command()},
                        [this, key, then](const Answer& answer) {
                            note_answer(key, answer);
                            if (then) then();
                        });
    }

    std::string new_key(Asked asked) {
        const std::lock_guard lock(world_.mutex);
        auto key = "k" + std::to_string(world_.asked.size() + 1);
        world_.asked.emplace(key, std::move(asked));
        return key;
    }

    void declare_fleet() {
        std::vector<GpuSpec> gpus;
        for (int i = 0; i < 6; ++i) {
            gpus.push_back({i < 3 ? "node1" : "node2", i % 3, "A100", 80, {}, Health::healthy});
        }
        engine_->submit({.actor = "berth",
                         .reason = {},
                         .idempotency_key = {},
                         .body_hash = {},
                         .command = DeclareFleet{std::move(gpus)}},
                        [](const Answer&) {});
        settle();
    }

    // Clients whose answer never came try again with the same key.
    void ask_again() {
        std::vector<std::string> open;
        for (const auto& [key, asked] : world_.asked) {
            if (asked.fate == Fate::open) open.push_back(key);
        }
        for (const auto& key : open) {
            ++world_.counts.asked_again;
            if (world_.asked[key].is_in_journal) ++world_.counts.found_done;
            submit(key);
            settle();
        }
    }

    void step() {
        static constexpr std::array<void (Life::*)(), 17> doings = {&Life::reserve,
                                                                    &Life::reserve,
                                                                    &Life::reserve,
                                                                    &Life::reserve,
                                                                    &Life::crowd,
                                                                    &Life::crowd,
                                                                    &Life::cancel,
                                                                    &Life::cancel,
                                                                    &Life::let_time_pass,
                                                                    &Life::let_time_pass,
                                                                    &Life::jobs_go_on,
                                                                    &Life::jobs_go_on,
                                                                    &Life::side_tables,
                                                                    &Life::checkpoint,
                                                                    &Life::jobs_are_forgotten,
                                                                    &Life::ask_the_same_again,
                                                                    &Life::take_a_snapshot};
        (this->*doings.at(random_.between(0, doings.size() - 1)))();
        settle();
    }

    Asked some_reservation() {
        Asked asked;
        asked.actor = random_.one_in(2) ? "alice" : "bob";
        Wish& wish = asked.wish;
        wish.gpus = static_cast<int>(random_.between(1, 3));
        wish.starts_now = random_.one_in(3);
        const auto next_slot = std::chrono::ceil<std::chrono::hours>(
            std::chrono::floor<std::chrono::duration<long, std::ratio<7200>>>(clock_.now()));
        wish.start = next_slot + slot * random_.between(1, 12);
        wish.hours = 2 * static_cast<int>(random_.between(1, 3));
        wish.has_job = random_.one_in(2);
        wish.on_conflict = random_.one_in(3) ? OnConflict::refuse : OnConflict::nearest;
        return asked;
    }

    void reserve() { submit(new_key(some_reservation())); }

    // All but the first arrive while it is answered, and so share one commit.
    void crowd() {
        std::vector<std::string> keys;
        for (auto left = random_.between(2, 6); left > 0; --left) {
            keys.push_back(new_key(some_reservation()));
        }
        submit(new_key(some_reservation()), [this, keys] {
            for (const auto& key : keys) submit(key);
        });
    }

    void cancel() {
        if (world_.promised.empty()) return;
        std::vector<std::string> all;
        for (const auto& [id, text] : world_.promised) all.push_back(text);
        const auto reservation = reservation_from(random_.one_of(all));
        Asked asked;
        asked.actor = reservation.owner;
        asked.wish.kind = random_.one_in(2) ? Wish::Kind::cancel : Wish::Kind::release;
        asked.wish.id = reservation.id;
        submit(new_key(std::move(asked)));
    }

    void let_time_pass() {
        {
            const std::lock_guard lock(world_.mutex);
            world_.now = clock_.now() + std::chrono::minutes(random_.between(1, 100));
        }
        clock_.move(world_.now);
        settle();
        jobs_go_on();
    }

    void jobs_go_on() {
        jobs_.go_on(random_, clock_.now());
        follower_->wake();
    }

    // As the snapshot follower does, on this thread.
    void take_a_snapshot() {
        std::promise<Snapshot> promise;
        engine_->consult([&](Consultation& consultation) {
            const State& state = consultation.state();
            promise.set_value({state.last_sequence, encode_snapshot(SnapshotContents(state))});
        });
        const auto kept = journal_->keep(promise.get_future().get());
        if (!kept) return;  // the disk failed; a later one will do
        engine_->submit({.actor = "berth",
                         .reason = {},
                         .idempotency_key = {},
                         .body_hash = {},
                         .command = RecordSnapshot{*kept}},
                        [](const Answer&) {});
    }

    void jobs_are_forgotten() { jobs_.forget_what_is_over(); }

    void side_tables() {
        try {
            journal_->save({.reservation = {1},
                            .attempt = 1,
                            .at = clock_.now(),
                            .body = std::string(random_.between(1, 3000), 'p')});
            if (!world_.told.empty()) journal_->advance("follower", world_.told.rbegin()->first);
        } catch (const std::runtime_error& error) {
            if (world_.disk.faults() == 0) violate(error.what());
        }
    }

    // Somebody's backup, or SQLite's own once the log is long.
    void checkpoint() {
        try {
            const auto sql = connect(path_, ConnectionUse::side);
            int busy = 0;
            *sql << "PRAGMA wal_checkpoint(" << (random_.one_in(2) ? "PASSIVE" : "RESTART") << ")",
                soci::into(busy);
            ++world_.counts.checkpoints;
        } catch (const std::runtime_error& error) {
            if (world_.disk.faults() == 0) violate(error.what());
        }
    }

    void ask_the_same_again() {
        std::vector<std::string> keys;
        for (const auto& [key, asked] : world_.asked) {
            if (asked.fate == Fate::accepted) keys.push_back(key);
        }
        if (!keys.empty()) submit(random_.one_of(keys));
    }

    World& world_;
    LifePlan plan_;
    std::string path_;
    std::function<void()> end_;
    Random random_;
    StepClock clock_;
    DiskVfs vfs_;
    OutsideJobs jobs_;
    NoTokens tokens_;
    std::unique_ptr<SqliteJournal> journal_;
    std::unique_ptr<EarlyJournal> early_;
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<LaunchFollower> follower_;
};

}  // namespace

void live(World& world, const LifePlan& plan, const std::string& path,
          const std::function<void()>& end) {
    try {
        Life(world, plan, path, end).live();
    } catch (const std::exception& error) {
        const std::lock_guard lock(world.mutex);
        world.violations.push_back(error.what());
        end();
    }
}

}  // namespace berth::faults
