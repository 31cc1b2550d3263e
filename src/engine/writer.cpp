#include "engine/writer.hpp"

#include <chrono>

#include "engine/decide.hpp"
#include "engine/look_up.hpp"
#include "engine/refuse.hpp"

namespace berth {

namespace {

std::string name_of(std::optional<CommitOutcome> outcome) {
    if (!outcome) return "nothing";
    switch (*outcome) {
        case CommitOutcome::committed:
            return "committed";
        case CommitOutcome::disk_full:
            return "disk_full";
        case CommitOutcome::double_booking:
            return "double_booking";
        case CommitOutcome::unknown:
            return "unknown";
    }
    return "unknown";
}

// The reservation that a command names, when it names one.
std::optional<ReservationId> named_by(const Command& command) {
    return std::visit(
        [](const auto& c) -> std::optional<ReservationId> {
            if constexpr (requires { c.id; }) return c.id;
            return std::nullopt;
        },
        command);
}

Submission tick() {
    return {.actor = system_actor,
            .reason = {},
            .idempotency_key = {},
            .body_hash = {},
            .command = Tick{}};
}

}  // namespace

// On its way to the journal: its rows, and the answers that wait for them.
struct Writer::Batch {
    std::vector<JournalRow> rows;
    std::vector<Projection> projections;
    std::vector<std::pair<std::function<void(Answer)>, Answer>> answers;
    std::vector<std::string> commands;  // their names, where somebody counts them
    std::vector<std::shared_ptr<const Reservation>> after;  // of each row
    std::set<ReservationId> touched;
};

Writer::Writer(JournalPort& journal, State recovered, WriterOptions options)
    : journal_(journal),
      options_(std::move(options)),
      working_(std::move(recovered)),
      committed_(static_cast<const View&>(working_)) {}

std::optional<Instant> Writer::due() const {
    return next_due(working_);
}

void Writer::pass(Instant now) {
    pass_time(working_, now);
}

bool Writer::commit(std::span<Order> orders, Instant now) {
    Batch batch;
    const BatchMark mark(working_);
    pass_time(working_, now);
    if (const auto due = next_due(working_); due && *due <= now) {
        decide_one(tick(), [](const Answer&) {}, now, batch);
    }
    for (Order& order : orders) {
        decide_one(order.submission, std::move(order.answer), now, batch);
    }
    if (batch.rows.empty()) {
        count(batch, {}, {});
    } else {
        const auto began = std::chrono::steady_clock::now();
        const CommitOutcome outcome = journal_.append(batch.rows, batch.projections);
        count(batch, outcome, std::chrono::steady_clock::now() - began);
        if (outcome != CommitOutcome::committed) {
            undo(outcome, mark, batch);
            return false;
        }
    }
    publish(batch, now);
    for (auto& [answer, what] : batch.answers) answer(std::move(what));
    return true;
}

std::expected<Rehearsal, Refusal> Writer::rehearse(const Submission& submission, Instant now) {
    const BatchMark mark(working_);
    pass_time(working_, now);
    Turn turn(working_, submission, now);
    if (auto done = carry_out(turn); !done) return std::unexpected(std::move(done.error()));
    Rehearsal rehearsal;
    rehearsal.subject = turn.subject();
    std::set<ReservationId> touched;
    for (Turn::Written& written : turn.take_written()) {
        if (written.after) touched.insert(written.after->id);
        rehearsal.steps.push_back(
            {*decode_event(written.row.kind, written.row.event), std::move(written.after)});
    }
    roll_back(working_, committed_, mark, touched);
    return rehearsal;
}

std::expected<void, Refusal> Writer::check(const Submission& submission, Instant now) {
    const BatchMark mark(working_);
    pass_time(working_, now);
    Turn turn(working_, submission, now);
    if (auto decided = decide(turn); !decided) return decided;
    std::set<ReservationId> touched;
    for (const Turn::Written& written : turn.written()) {
        if (written.after) touched.insert(written.after->id);
    }
    roll_back(working_, committed_, mark, touched);
    return {};
}

void Writer::decide_one(const Submission& submission, std::function<void(Answer)> answer,
                        Instant now, Batch& batch) {
    if (options_.metrics != nullptr) batch.commands.push_back(command_name(submission.command));
    batch.answers.emplace_back(std::move(answer), decide_answer(submission, now, batch));
}

Answer Writer::decide_answer(const Submission& submission, Instant now, Batch& batch) {
    if (auto repeated = answer_to_repeated(submission)) return std::move(*repeated);
    Turn turn(working_, submission, now);
    if (auto done = carry_out(turn); !done) return std::unexpected(std::move(done.error()));
    Committed answer;
    const auto subject = turn.subject();
    for (Turn::Written& written : turn.take_written()) {
        answer.sequence = written.row.sequence;
        for (auto& one : written.between) {
            batch.projections.push_back({written.row.sequence, std::move(one)});
        }
        if (written.after) {
            batch.projections.push_back({written.row.sequence, written.after});
            batch.touched.insert(written.after->id);
        }
        batch.after.push_back(std::move(written.after));
        batch.rows.push_back(std::move(written.row));
    }
    if (const auto id = subject ? subject : named_by(submission.command)) {
        answer.reservation = working_.share(*id);
    }
    return answer;
}

std::optional<Answer> Writer::answer_to_repeated(const Submission& submission) const {
    if (submission.idempotency_key.empty()) return std::nullopt;
    const auto found =
        working_.idempotency.find(idempotency_key_of(submission.actor, submission.idempotency_key));
    if (found == working_.idempotency.end()) return std::nullopt;
    const IdempotencyRecord& record = found->second;
    if (record.body_hash != submission.body_hash) {
        return Answer(std::unexpected(
            refusal(RefusalCode::idempotency_mismatch, "",
                    "this Idempotency-Key came before with another request; use a new one")));
    }
    Committed answer;
    answer.reservation = working_.share(record.reservation);
    answer.sequence = answer.reservation->revision;
    answer.repeated = true;
    return Answer(std::move(answer));
}

void Writer::undo(CommitOutcome outcome, const BatchMark& mark, Batch& batch) {
    if (outcome == CommitOutcome::unknown) {
        give_up("the journal did not say whether a commit succeeded");
    }
    roll_back(working_, committed_, mark, batch.touched);
    const bool full = outcome == CommitOutcome::disk_full;
    const Refusal refused =
        full ? refusal(RefusalCode::journal_full, "",
                       "the server's disk is full: nothing was changed; try again later")
             : refusal(RefusalCode::internal, "",
                       "the journal refused this as a double booking: nothing was changed");
    report(full ? "the journal's disk is full; writes are refused until there is space"
                : "the overlap guard refused a batch of the engine's: this is a bug");
    for (auto& [answer, what] : batch.answers) answer(std::unexpected(refused));
}

void Writer::publish(Batch& batch, Instant now) {
    std::vector<ReservationId> gone;
    if (!batch.rows.empty()) gone = forget_old(working_, now);
    const auto show = [&] {
        for (const ReservationId id : batch.touched) committed_.put(working_.share(id));
        for (const ReservationId id : gone) committed_.erase(id);
        committed_.fleet = working_.fleet;
        committed_.occupants = working_.occupants;
        committed_.occupants_in_the_way = working_.occupants_in_the_way;
        committed_.last_number = working_.last_number;
        committed_.last_queue_number = working_.last_queue_number;
        committed_.last_sequence = working_.last_sequence;
        committed_.last_time = working_.last_time;
        committed_.horizon = working_.horizon;
    };
    if (options_.exclusively) {
        options_.exclusively(show);
    } else {
        show();
    }
    std::vector<Published> published;
    published.reserve(batch.rows.size());
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
        published.push_back({std::move(batch.rows[i]), std::move(batch.after[i])});
    }
    if (!published.empty() && options_.published) options_.published(published);
}

void Writer::count(const Batch& batch, std::optional<CommitOutcome> outcome,
                   std::chrono::duration<double> took) const {
    if (options_.metrics == nullptr || batch.commands.empty()) return;
    BatchFacts facts{{}, batch.rows.size(), name_of(outcome), took};
    const bool written = !outcome || *outcome == CommitOutcome::committed;
    for (std::size_t i = 0; i < batch.commands.size(); ++i) {
        const Answer& answer = batch.answers[i].second;
        std::string decided = "ok";
        if (!answer) decided = boost::describe::enum_to_string(answer.error().code, "");
        facts.commands.push_back({batch.commands[i], written ? decided : "not_committed"});
    }
    options_.metrics->count(facts);
}

void Writer::report(const std::string& what) const {
    if (options_.report) options_.report(what);
}

void Writer::give_up(const std::string& why) const {
    if (options_.give_up) options_.give_up(why);
    std::terminate();
}

}  // namespace berth
