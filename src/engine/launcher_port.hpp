// What the engine's follower needs of a launcher: start one attempt of a reservation's workload on
// exactly its GPUs, stop it, and tell truthfully what became of it, over restarts of the server
// too.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "booking/reservation.hpp"
#include "time/instant.hpp"

namespace berth {

struct AttemptId {
    ReservationId reservation;
    int number = 1;

    auto operator<=>(const AttemptId&) const = default;
    [[nodiscard]] std::string text() const {
        return reservation.text() + "." + std::to_string(number);
    }
};

// The detail of one that the launcher stopped because its time was over.
constexpr auto stopped_at_end = "Stopped at the end of its time.";

struct AttemptOrder {
    AttemptId id;
    // Whose work folder it goes on in; absent: its reservation's own.
    std::optional<ReservationId> work_of = {};
    Workload workload;
    std::string owner;
    std::string team = {};
    std::string title;
    Priority priority = Priority::P2;
    std::vector<std::string> gpus;        // ids, in order
    std::vector<int> devices;             // their device numbers on their node
    std::vector<std::string> nodes = {};  // … and that node, of each
    Instant starts_at = {};               // as booked; it may have begun later
    Instant ends_at;                      // SIGTERM comes `grace` before it, SIGKILL at it
    std::string token;                    // the job's own, for /api/v1/jobs/self
};

struct AttemptStatus {
    AttemptId id;
    // `waiting`: ordered, but something stands in its way still: processes of an earlier attempt on
    // its GPUs or in its work folder, an image that is being pulled. `unknown`: it was ordered, and
    // whoever could tell what became of it is out of reach.
    enum class Phase { unknown, waiting, running, ended } phase = Phase::waiting;
    // As a shell has it; absent when it could not be started, or nobody could read it any more.
    std::optional<int> exit_code = {};
    std::optional<Instant> started_at = {};
    std::optional<Instant> ended_at = {};
    std::string detail = {};  // why it could not be started, or how it was stopped
    // While it waits longer than is usual: what for, in words for its owner.
    std::string waiting_for = {};
    // The GPUs that it really has, once known, where that is not up to Berth. In order.
    std::optional<std::vector<std::string>> gpus = {};
};

// What a continuation goes on with.
struct Resumption {
    ReservationId work_of;
    std::string checkpoint;  // as the trainer named it
};

// What a preflight is about. The GPUs may still change before the start.
struct PreflightWish {
    Workload workload;
    std::optional<Resumption> resumption = {};
    std::string team = {};
    Priority priority = Priority::P2;
    std::vector<std::string> gpus = {};   // ids, in order
    std::vector<std::string> nodes = {};  // the node of each
    bool start_is_near = false;  // the check right before the start, not the one at booking
};

class LauncherPort {
public:
    virtual ~LauncherPort() = default;

    // When this returns, the callback before it is not running any more. Called on a thread of the
    // launcher's whenever an attempt has changed, never after the destructor; attempts() tells it
    // already then. It may call the launcher, except that it must neither destroy it nor call
    // on_change().
    virtual void on_change(std::function<void()> call) = 0;
    // False until it has seen what is there: an attempt that attempts() lacks may be there
    // nonetheless. Starting it is safe even then.
    [[nodiscard]] virtual bool knows_all() { return true; }
    // How long before its start prepare() wants to hear of an attempt; zero: never.
    [[nodiscard]] virtual Duration prepares_ahead() const { return Duration::zero(); }
    // Its start is near, and what takes long may be done now: pulling its image. Idempotent; an
    // order that changed is told again, and one that will not come after all is no matter.
    virtual void prepare(const AttemptOrder& /*order*/) {}
    // Idempotent: an attempt that was started once, ever, is not started again.
    virtual void start(const AttemptOrder& order) = 0;
    // Puts a notice before the job (the notice file) in place of any other, once; the deadline is
    // on the site's clock.
    virtual void notify(const AttemptId& id, const std::string& kind, Instant deadline,
                        const std::string& message) = 0;
    // What it was told is no longer so. Idempotent and cheap.
    virtual void withdraw_notice(const AttemptId& id) = 0;
    // The reservation now ends at another time: the job is stopped then, unless it has been told to
    // stop already, and an "end" notice of another time is withdrawn. Idempotent and cheap; nothing
    // happens when it has ended.
    virtual void set_end(const AttemptId& id, Instant ends_at) = 0;
    // SIGTERM to the job's process group now, SIGKILL after the grace. Idempotent.
    virtual void stop(const AttemptId& id) = 0;
    // Every attempt that was ever ordered and is not forgotten yet.
    [[nodiscard]] virtual std::vector<AttemptStatus> attempts() = 0;
    // Its end is in the journal and its logs are archived: the launcher need not remember it.
    virtual void forget(const AttemptId& id) = 0;
    // What would make it fail at night: program, data, checkpoint.
    [[nodiscard]] virtual std::vector<Finding> preflight(const PreflightWish& wish) = 0;
    // Where the job's output, results and checkpoints lie; the latter two by whose work it is.
    [[nodiscard]] virtual std::string log_file(const AttemptId& id) const = 0;
    [[nodiscard]] virtual std::string work_folder(ReservationId work_of) const = 0;
};

}  // namespace berth
