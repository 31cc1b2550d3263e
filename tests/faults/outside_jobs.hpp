// The launcher of a simulated world: its jobs are in the world, so that they outlive berthd as real
// processes do. It counts real starts: one for each order it does not know, whoever forgot it.
#pragma once

#include "faults/random.hpp"
#include "faults/world.hpp"

namespace berth::faults {

class OutsideJobs : public LauncherPort {
public:
    explicit OutsideJobs(World& world) : world_(world) {}

    void on_change(std::function<void()>) override {}
    void start(const AttemptOrder& order) override;
    void notify(const AttemptId&, const std::string&, Instant, const std::string&) override {}
    void withdraw_notice(const AttemptId&) override {}
    void set_end(const AttemptId& id, Instant ends_at) override;
    void stop(const AttemptId& id) override;
    [[nodiscard]] std::vector<AttemptStatus> attempts() override;
    void forget(const AttemptId& id) override;
    [[nodiscard]] std::vector<Finding> preflight(const PreflightWish&) override { return {}; }
    [[nodiscard]] std::string log_file(const AttemptId& id) const override { return id.text(); }
    [[nodiscard]] std::string work_folder(ReservationId id) const override { return id.text(); }

    // Time passes outside: what has GPUs begins, some of what runs ends, and all of it at its end.
    void go_on(Random& random, Instant now);
    // As the archive does once a job's end is in the journal.
    void forget_what_is_over();

private:
    [[nodiscard]] bool gpus_are_free(const std::vector<std::string>& gpus) const;

    World& world_;
};

}  // namespace berth::faults
