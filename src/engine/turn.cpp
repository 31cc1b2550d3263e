#include "engine/turn.hpp"

#include <algorithm>

#include "engine/decide.hpp"
#include "engine/look_up.hpp"
#include "engine/occupants.hpp"
#include "engine/settle.hpp"
#include "engine/swap.hpp"

namespace berth {

void Turn::emit(const Event& event) {
    JournalRow row;
    row.actor = submission_.actor;
    row.reason = submission_.reason;
    row.idempotency_key = submission_.idempotency_key;
    row.body_hash = submission_.body_hash;
    if (const auto id = reservation_of(event)) subject_ = id;
    write(event, std::move(row));
}

void Turn::follow(const Event& event, std::string why) {
    JournalRow row;
    row.actor = system_actor;
    row.reason = std::move(why);
    write(event, std::move(row));
}

void Turn::write(const Event& event, JournalRow row) {
    row.sequence = state_.last_sequence + 1;
    row.time = now_;
    row.command = command_name(submission_.command);
    const auto id = reservation_of(event);
    if (id) row.reservation = id->text();
    row.kind = event_kind(event);
    row.event = encode_event(event);
    std::vector<std::shared_ptr<const Reservation>> between;
    if (const auto* swap = std::get_if<GpusSwapped>(&event)) {
        between = vacated_by(state_, *swap, now_);
    }
    apply_decided(state_, event, row);
    written_.push_back({std::move(row), id ? state_.share(*id) : nullptr, std::move(between)});
}

void Turn::look_again(Instant at) {
    state_.look_again = std::min(state_.look_again.value_or(at), at);
}

std::expected<void, Refusal> carry_out(Turn& turn) {
    if (auto decided = decide(turn); !decided) return decided;
    settle(turn);
    tell_of_who_is_in_the_way(turn);
    return {};
}

}  // namespace berth
