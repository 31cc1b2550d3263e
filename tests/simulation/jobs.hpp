// The launcher and the jobs on it, simulated: they outlive the engine, take their time to start,
// save checkpoints, obey notices or do not, crash, run too long, and are stopped at the end of
// their hold. Like the real follower it is level-triggered: it looks at a reservation and mends the
// difference.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/launcher_port.hpp"
#include "engine/state.hpp"
#include "engine/submission.hpp"
#include "simulation/flaw.hpp"
#include "simulation/invariants.hpp"
#include "simulation/site.hpp"

namespace berth::simulation {

class Jobs {
public:
    Jobs(const Site& site, Random random, Invariants& invariants, Flaw flaw);

    // The follower is told of a change, and looks at it a little later.
    void wake(ReservationId id, Instant now);
    // A new engine: its follower looks at everything that has begun.
    void look_at_all(const View& view, Instant now);
    void gpu_failed(const std::string& gpu, Instant now);

    [[nodiscard]] std::optional<Instant> next() const;
    // Everything that jobs and follower do until `now`. Without an engine (null) the jobs go on.
    void run_until(Instant now, const View* view);

    // What is to be told to the engine; each comes back through answered() or again().
    [[nodiscard]] std::vector<Submission> take_reports();
    void again(Submission report);
    void no_more_trouble() { is_kind_ = true; }
    [[nodiscard]] std::vector<ReservationId> running() const;

private:
    enum class Phase { waiting, running, stopping, gone };
    struct Job {
        AttemptId id;
        Phase phase = Phase::waiting;
        std::vector<std::string> gpus;
        Instant ends_at;    // as the launcher was told last
        Instant ready_at;   // while waiting: the image is pulled
        Instant done_at;    // when the work itself is done, or fails
        int exit_code = 0;  // then
        Instant next_save;
        Instant next_word;                 // of when it expects to be done
        std::optional<Instant> leaves_at;  // it was warned and goes by itself
        bool obeys = true;
        bool told_waiting = false;
        int epoch = 0;
    };

    void look_at(const Reservation& reservation, Instant now);
    void start(const Reservation& reservation, Instant now);
    void plan_work(Job& job, const Reservation& reservation, Instant now);
    void heed(Job& job, const Reservation& reservation, Instant now);
    void stop(Job& job, Instant now);
    void act(Job& job, Instant now);
    void begin(Job& job, Instant now);
    void get_other_gpus(Job& job);
    void end(Job& job, Instant at, std::optional<int> exit_code, const std::string& detail);
    void report(Command command);
    [[nodiscard]] Instant stop_at(const Job& job) const;
    [[nodiscard]] Instant next_of(const Job& job) const;
    void plan_next(Job& job);
    Duration some(Duration least, Duration most);

    const Site& site_;
    Random random_;
    Invariants& invariants_;
    Flaw flaw_;
    bool is_kind_ = false;  // everything goes well from here on
    std::map<ReservationId, Job> jobs_;
    std::map<std::string, ReservationId> users_;  // of GPUs: whose processes are on them
    std::set<std::pair<Instant, ReservationId>> agenda_;
    std::map<ReservationId, Instant> planned_;  // where it stands in the agenda
    std::set<std::pair<Instant, ReservationId>> looks_;
    std::deque<Submission> reports_;
};

}  // namespace berth::simulation
