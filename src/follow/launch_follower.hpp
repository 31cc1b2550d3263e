// Keeps what runs in step with what should run: has the launcher prepare what begins soon, starts
// the jobs of reservations whose time has come, puts notices before them, stops those of cancelled
// ones at once and those of evicted ones at their deadline, and tells the engine what became of
// each. Level-triggered: it compares the committed state with the launcher's attempts, so that
// nothing happens twice or never.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/clock_port.hpp"
#include "engine/engine.hpp"
#include "engine/job_token_port.hpp"
#include "engine/launcher_port.hpp"
#include "follow/worker.hpp"

namespace berth {

class LaunchFollower {
public:
    LaunchFollower(Engine& engine, LauncherPort& launcher, const JobTokenPort& tokens,
                   ClockPort& clock, std::function<void(const std::string&)> report);
    ~LaunchFollower();

    void wake() { worker_.wake(); }

private:
    // What the engine was told of an attempt.
    struct Told {
        std::optional<std::string> waiting_for;
        Instant at;  // when it was told that
        std::optional<std::vector<std::string>> gpus;
    };

    std::optional<Instant> reconcile();
    void bring_in_step(const Reservation& reservation, const AttemptStatus* status, bool knows_all);
    // The notice file is one of three ways; the API and SIGTERM are the others.
    void show_notice(const AttemptId& id, const Reservation& reservation);
    void report_end(const AttemptId& id, const AttemptStatus& status);
    void report_waiting(const AttemptId& id, const Reservation& reservation,
                        const AttemptStatus& status);
    void report_devices(const AttemptId& id, const Reservation& reservation,
                        const AttemptStatus& status);
    // True unless it has to be told once more.
    bool tell_engine(Command command);
    void report_lost(const AttemptId& id);
    void come_back_at(Instant when);
    [[nodiscard]] AttemptOrder order_for(const Reservation& reservation, int attempt) const;

    void note(const std::vector<Published>& rows);
    void look_at_all();
    void note_start(const Reservation& reservation);
    void prepare_what_is_near();
    void prepare(ReservationId id);

    Engine& engine_;
    LauncherPort& launcher_;
    const JobTokenPort& tokens_;
    ClockPort& clock_;
    const Duration ahead_;         // how long before its start something is prepared; zero: never
    std::optional<Instant> next_;  // when to look again though nothing happens
    std::map<AttemptId, Told> told_;
    bool looked_at_all_ = false;

    std::mutex mutex_;                                        // guards what follows
    std::set<std::pair<Instant, ReservationId>> to_prepare_;  // from when on
    std::map<ReservationId, Instant> prepared_from_;          // the same by reservation
    Worker worker_;
    std::uint64_t subscription_;
};

}  // namespace berth
