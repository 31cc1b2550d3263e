#include "simulation/simulation.hpp"

#include <algorithm>
#include <memory>
#include <ostream>
#include <sstream>

#include "engine/forget.hpp"
#include "engine/look_up.hpp"
#include "engine/recover.hpp"
#include "engine/snapshot.hpp"
#include "engine/writer.hpp"
#include "simulation/disk_log.hpp"
#include "simulation/jobs.hpp"
#include "simulation/memory_log.hpp"
#include "simulation/people.hpp"
#include "simulation/state_check.hpp"
#include "simulation/tamper.hpp"

namespace berth::simulation {

namespace {

// The first line in which the two are not the same.
std::string first_difference(const std::string& a, const std::string& b) {
    std::istringstream of_a(a);
    std::istringstream of_b(b);
    std::string line_a;
    std::string line_b;
    while (line_a == line_b && (of_a || of_b)) {
        line_a.clear();
        line_b.clear();
        std::getline(of_a, line_a);
        std::getline(of_b, line_b);
    }
    return line_a + "\n    is not\n" + line_b;
}

using namespace std::chrono_literals;
using Fault = MemoryLog::Fault;

// A Tick that does not change what is due would come again for ever.
constexpr int patience = 3'000;

std::string text_of(const State& state) {
    return encode_snapshot(SnapshotContents(state));
}

class Simulation {
public:
    explicit Simulation(const Plan& plan)
        : plan_(plan),
          random_(plan.seed),
          site_(make_site(random_)),
          invariants_(site_, counts_),
          log_(plan.flaw),
          jobs_(site_, Random(random_.between(1, ~0ULL - 1)), invariants_, plan.flaw),
          people_(site_, Random(random_.between(1, ~0ULL - 1))),
          now_(site_.opens),
          closes_(site_.opens + std::chrono::days(plan.days)) {
        if (!plan.on_disk) return;
        disk_ = std::make_unique<DiskLog>(plan.seed);
        log_.write_beside(disk_->journal());
    }

    Outcome run() {
        recover_engine();
        commit({from_berth(DeclareFleet{site_.gpus})});
        plan_next_question();
        while (!failed() && (now_ < closes_ || counts_.commands < plan_.commands)) step();
        if (!failed()) drain();
        if (!failed()) check_replay();
        return {invariants_.violations(), counts_};
    }

private:
    [[nodiscard]] bool failed() const { return !invariants_.violations().empty(); }

    // -- time

    void step() {
        Instant next = next_question_;
        if (const auto due = writer_->due()) next = std::min(next, *due);
        if (const auto job = jobs_.next()) next = std::min(next, *job);
        go_to(next);
        std::vector<Submission> submissions = jobs_.take_reports();
        bool asks = now_ >= next_question_;
        if (asks) {
            plan_next_question();
            if (random_.one_in(20)) return rehearse_and_compare(std::move(submissions));
            for (auto left = random_.between(1, 3); left > 0; --left) {
                submissions.push_back(question());
            }
        }
        commit(std::move(submissions));
        if (random_.one_in(1500)) nothing_is_served_for_a_while();
        if (random_.one_in(1500)) clock_stands_still_for_ = 30;
        if (random_.one_in(1500)) take_a_snapshot();
        if (random_.one_in(300)) check_state();
    }

    void go_to(Instant next) {
        repeats_ = next > now_ ? 0 : repeats_ + 1;
        if (repeats_ > patience) invariants_.violate(0, "time does not go on: something stays due");
        now_ = std::max(now_, next);
        writer_->pass(now_);
        passed_ = now_;
        jobs_.run_until(now_, &writer_->committed());
    }

    // The commands that are still wanted, spread over the time that is left.
    void plan_next_question() {
        if (clock_stands_still_for_ > 0) {  // it was set back, and the engine's time waits for it
            --clock_stands_still_for_;
            next_question_ = now_;
            return;
        }
        const auto left = plan_.commands > counts_.commands ? plan_.commands - counts_.commands : 1;
        const Duration mean = std::max<Duration>(closes_ - now_, 1min) / static_cast<int>(left);
        const auto most = std::clamp<Duration>(4 * mean, 2s, 6h);
        next_question_ = now_ + Duration(static_cast<std::int64_t>(random_.between(
                                    1'000, static_cast<std::uint64_t>(most.count()))));
    }

    // The server hangs, or the machine sleeps, or its clock jumps forward.
    void nothing_is_served_for_a_while() {
        counts_.reach("fault the clock jumps forward");
        now_ += std::chrono::minutes(random_.between(1, random_.one_in(3) ? 900 : 60));
        jobs_.run_until(now_, nullptr);
    }

    // -- commands

    static Submission from_berth(Command command) {
        return {.actor = system_actor,
                .reason = {},
                .idempotency_key = {},
                .body_hash = {},
                .command = std::move(command)};
    }

    Submission question() { return people_.ask(writer_->state(), invariants_.live(), now_); }

    void choose_fault() {
        static const std::vector<Fault> faults{
            Fault::disk_full,    Fault::disk_full,    Fault::disk_full,
            Fault::crash_before, Fault::crash_before, Fault::crash_after,
            Fault::crash_after,  Fault::unknown_kept, Fault::unknown_lost};
        if (!random_.one_in(400) || draining_) return;
        before_fault_ = text_of(writer_->state());
        log_.next(random_.one_of(faults));
    }

    void commit(std::vector<Submission> submissions) {
        batch_ = std::move(submissions);
        answered_.assign(batch_.size(), false);
        originals_.clear();
        std::vector<Order> orders;
        for (std::size_t i = 0; i < batch_.size(); ++i) {
            originals_.push_back(&batch_[i]);
            orders.push_back({tampered_submission(plan_.flaw, batch_[i], random_),
                              [this, i](const Answer& answer) { hear(i, answer); }});
        }
        counts_.commands += batch_.size();
        ++counts_.commits;
        invariants_.begin_batch(originals_, now_);
        choose_fault();
        passed_ = now_;
        try {
            if (writer_->commit(orders, now_)) {
                invariants_.committed(writer_->committed(), now_);
            } else {
                after_full_disk();
            }
        } catch (const Crash& crash) {
            recover_from(crash);
        } catch (const std::exception& error) {
            invariants_.violate(0, std::string("the engine threw: ") + error.what());
        }
        log_.next(Fault::none);
        before_fault_.clear();
    }

    void hear(std::size_t order, const Answer& answer) {
        answered_[order] = true;
        Submission& submission = batch_[order];
        if (answer) {
            counts_.reach("command " + command_name(submission.command));
            if (answer->repeated) counts_.reach("rule a repeated request is answered as the first");
            invariants_.answered(*answer);
            if (const auto* health = std::get_if<ReportHealth>(&submission.command)) {
                if (health->health != Health::down) return;
                for (const auto& gpu : health->gpus) jobs_.gpu_failed(gpu, now_);
            }
            return;
        }
        const RefusalCode code = answer.error().code;
        counts_.reach(std::string("refusal ") + boost::describe::enum_to_string(code, "?"));
        if (code == RefusalCode::internal) {
            counts_.reach("internal " + command_name(submission.command) + ": " +
                          answer.error().message);
        }
        if (code == RefusalCode::journal_full && submission.actor == system_actor) {
            jobs_.again(std::move(submission));
        }
    }

    void publish(const std::vector<Published>& rows) {
        for (const Published& published : rows) {
            trace(published);
            invariants_.see(published);
            if (foretold_) compare(published);
            const auto& reservation = published.reservation;
            if (reservation && reservation->workload && has_begun(reservation->state)) {
                jobs_.wake(reservation->id, now_);
            }
        }
    }

    void trace(const Published& published) const {
        if (plan_.trace == nullptr) return;
        const JournalRow& row = published.row;
        *plan_.trace << row.sequence << "  " << to_rfc3339(row.time) << "  " << row.actor << "  "
                     << row.command << "  " << row.reservation << "  " << row.kind << "  "
                     << row.reason << "  " << row.event << "\n";
    }

    // -- what a rehearsal foretells is what happens

    void rehearse_and_compare(std::vector<Submission> reports) {
        commit(std::move(reports));
        if (failed()) return;
        const Submission asked = question();
        if (const auto due = writer_->due(); due && *due <= now_) return commit({asked});
        foretold_ = writer_->rehearse(asked, now_);
        foretold_step_ = 0;
        if (const auto wrong = difference(writer_->committed(), writer_->state())) {
            invariants_.violate(7, "a rehearsal left something behind: " + *wrong);
        }
        counts_.reach(*foretold_ ? "rule a rehearsal of what happens"
                                 : "rule a rehearsal of a refusal");
        const auto rows = invariants_.last_seen();
        const auto crashes = crashes_;
        if (asked.idempotency_key.empty()) {
            commit({asked});
            const auto done = invariants_.last_seen() - rows;
            const auto steps = *foretold_ ? (**foretold_).steps.size() : 0;
            if (crashes == crashes_ && !disk_was_full_ && done != steps) {
                invariants_.violate(7, "a rehearsal foretold " + std::to_string(steps) +
                                           " events of " + command_name(asked.command) + ", and " +
                                           std::to_string(done) + " came");
            }
        }
        foretold_.reset();
    }

    void compare(const Published& published) {
        if (!*foretold_ || foretold_step_ >= (**foretold_).steps.size()) return;
        const auto& step = (**foretold_).steps[foretold_step_++];
        if (encode_event(step.event) == published.row.event) return;
        invariants_.violate(7, "a rehearsal foretold " + encode_event(step.event) + ", and row " +
                                   std::to_string(published.row.sequence) + " says " +
                                   published.row.event);
    }

    // -- faults

    void after_full_disk() {
        counts_.reach("fault the disk is full");
        disk_was_full_ = true;
        if (text_of(writer_->state()) != before_fault_) {
            invariants_.violate(7, "a batch that the full disk refused left something behind");
        }
        check_state();
        now_ += 1s;  // as the engine pauses
    }

    void recover_from(const Crash& crash) {
        ++crashes_;
        counts_.reach("fault the process ends " + crash.how);
        if (plan_.trace != nullptr) *plan_.trace << "-- the process ends " << crash.how << "\n";
        std::string expected = before_fault_;
        const auto untold = log_.take_untold();
        if (!untold.empty()) {
            State working = writer_->state();
            forget_old(working, now_);
            expected = text_of(working);
            publish(untold);
        }
        for (std::size_t i = 0; i < batch_.size(); ++i) {
            if (!answered_[i] && batch_[i].actor == system_actor) jobs_.again(batch_[i]);
        }
        log_.lose_power();
        now_ += std::chrono::seconds(random_.between(1, random_.one_in(3) ? 10'000 : 60));
        jobs_.run_until(now_, nullptr);
        recover_engine(expected);
        jobs_.look_at_all(writer_->committed(), now_);
    }

    void recover_engine(const std::optional<std::string>& expected = {}) {
        auto policy = tampered_policy(plan_.flaw, site_.policy);
        auto recovered = recover({log_, &log_, site_.grid, site_.limits, {}, policy}, now_);
        invariants_.recovered(recovered.state);
        if (expected && text_of(recovered.state) != *expected) {
            invariants_.violate(7, "what was recovered is not what was there before the crash: " +
                                       first_difference(text_of(recovered.state), *expected));
        }
        tamper(plan_.flaw, recovered.state);
        passed_ = recovered.state.last_time;
        writer_.emplace(
            log_, std::move(recovered.state),
            WriterOptions{
                .metrics = nullptr,
                .report =
                    [this](const std::string& what) {
                        if (!what.contains("bug")) return;
                        invariants_.violate(1, what);
                    },
                .give_up =
                    [](const std::string&) { throw Crash{"because nobody knew the outcome"}; },
                .exclusively = {},
                .published = [this](const std::vector<Published>& rows) { publish(rows); }});
    }

    void take_a_snapshot() {
        const SnapshotContents contents(writer_->state());
        const auto taken = log_.keep({contents.view.last_sequence, encode_snapshot(contents)});
        commit({from_berth(RecordSnapshot{*taken})});
    }

    // -- what is looked at now and then

    void check_state() {
        if (const auto wrong = difference(writer_->committed(), writer_->state())) {
            invariants_.violate(7, "the facts and the state differ: " + *wrong);
        }
        if (plan_.flaw != Flaw::none) return;  // it is made to be inconsistent
        if (const auto wrong = inconsistency(writer_->state(), passed_)) {
            invariants_.violate(7, "the state contradicts itself: " + *wrong);
        }
    }

    // Nobody asks anything more, and everything works: each reservation comes to its end.
    void drain() {
        draining_ = true;
        jobs_.no_more_trouble();
        commit(People::repair(site_, writer_->state()));
        const Instant last = now_ + std::chrono::days(60);
        while (!failed() && !invariants_.live().empty() && now_ < last) {
            std::optional<Instant> next = writer_->due();
            if (const auto job = jobs_.next()) next = std::min(next.value_or(*job), *job);
            if (!next) break;
            go_to(*next);
            commit(jobs_.take_reports());
        }
        invariants_.drained(writer_->committed());
    }

    void check_replay() {
        check_state();
        if (!tells_the_same(log_)) {
            invariants_.violate(7, "replaying the journal gives another state");
        }
        if (disk_ && !tells_the_same(disk_->journal())) {
            invariants_.violate(7, "replaying the journal on disk gives another state");
        }
    }

    [[nodiscard]] bool tells_the_same(JournalPort& journal) const {
        const auto replayed =
            recover({journal, nullptr, site_.grid, site_.limits, {}, site_.policy}, site_.opens);
        return text_of(replayed.state) == text_of(writer_->state());
    }

    Plan plan_;
    Random random_;
    Site site_;
    Counts counts_;
    Invariants invariants_;
    MemoryLog log_;
    std::unique_ptr<DiskLog> disk_;  // where the plan wants it
    Jobs jobs_;
    People people_;
    std::optional<Writer> writer_;
    Instant now_;
    Instant passed_;  // what the writer was told of last
    Instant closes_;
    Instant next_question_;
    int clock_stands_still_for_ = 0;
    int repeats_ = 0;
    bool draining_ = false;
    std::vector<Submission> batch_;
    std::vector<const Submission*> originals_;
    std::vector<bool> answered_;
    std::string before_fault_;
    bool disk_was_full_ = false;
    std::uint64_t crashes_ = 0;
    std::optional<std::expected<Rehearsal, Refusal>> foretold_;
    std::size_t foretold_step_ = 0;
};

}  // namespace

Outcome simulate(const Plan& plan) {
    return Simulation(plan).run();
}

}  // namespace berth::simulation
