// One command being carried out: each event is applied at once, so that the next decision sees what
// it changed, and written as a journal row. Check everything before the first event: after it a
// command can no longer be refused.
//
//     Turn turn(state, submission, now);
//     if (auto done = carry_out(turn); !done) return std::unexpected(done.error());
//     for (const Turn::Written& written : turn.written()) …
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "booking/event.hpp"
#include "booking/refusal.hpp"
#include "engine/state.hpp"
#include "engine/submission.hpp"

namespace berth {

class Turn {
public:
    struct Written {
        JournalRow row;
        std::shared_ptr<const Reservation> after;  // null when the row is about none
        // To be projected before it: how those stand between that trade GPUs with one another.
        std::vector<std::shared_ptr<const Reservation>> between = {};
    };

    Turn(State& state, const Submission& submission, Instant now)
        : state_(state), submission_(submission), now_(now) {}

    [[nodiscard]] const State& state() const { return state_; }
    [[nodiscard]] const Policy& policy() const { return *state_.policy; }
    [[nodiscard]] const SlotGrid& grid() const { return state_.grid; }
    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] const Command& command() const { return submission_.command; }
    [[nodiscard]] const std::string& actor() const { return submission_.actor; }
    [[nodiscard]] const std::string& reason() const { return submission_.reason; }

    // What was asked for, in the name of who asked. The answer is about its reservation.
    void emit(const Event& event);
    // What follows from it for others, in Berth's name, and why.
    void follow(const Event& event, std::string why);

    // For settle(): room was looked through; from here on only new room counts.
    void room_was_used() { state_.room_appeared = false; }
    // Asks for settle() at that time, whatever else is due: time alone may bring room, or a quota.
    void look_again(Instant at);
    // That time has come.
    void forget_look_again() {
        state_.look_again.reset();
        state_.room_appeared = true;
    }

    [[nodiscard]] const std::vector<Written>& written() const { return written_; }
    [[nodiscard]] std::vector<Written> take_written() { return std::move(written_); }
    [[nodiscard]] std::optional<ReservationId> subject() const { return subject_; }

private:
    void write(const Event& event, JournalRow row);

    State& state_;
    const Submission& submission_;
    Instant now_;
    std::vector<Written> written_;
    std::optional<ReservationId> subject_;
};

// Decides the turn's command and all that follows from it.
std::expected<void, Refusal> carry_out(Turn& turn);

}  // namespace berth
