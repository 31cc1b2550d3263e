#include "api/possible_actions.hpp"

#include "engine/decide_modify.hpp"
#include "engine/transfer.hpp"

namespace berth {

namespace {

using Allowed = std::expected<void, Refusal>;

bool is_for_people(const Reservation& reservation) {
    return !reservation.workload && reservation.kind == ReservationKind::work &&
           !reservation.id.is_queue_job();
}

bool has_something_open(const Reservation& reservation) {
    return reservation.state == ReservationState::offered || reservation.transfer;
}

std::vector<ActionName> that_make_sense(const Reservation& reservation) {
    using enum ActionName;
    const bool for_people = is_for_people(reservation);
    if (is_ended(reservation.state)) return {};
    if (reservation.state == ReservationState::releasing) {
        // Who got notice and has no job to wait for says that they have left.
        return for_people ? std::vector{release} : std::vector<ActionName>{};
    }
    std::vector<ActionName> names{cancel};
    const bool begun = has_begun(reservation.state);
    const bool has_window = begun || reservation.state == ReservationState::confirmed;
    if (begun) names.push_back(release);
    if (has_window && !reservation.id.is_queue_job()) {
        names.insert(names.end(), {move, extend, shorten, gpus});
    }
    if (has_window) names.push_back(rename);
    if (reservation.kind == ReservationKind::work) names.push_back(transfer);
    if (has_something_open(reservation)) names.insert(names.end(), {accept, decline});
    if (has_window && for_people) names.push_back(check_in);
    return names;
}

std::optional<ReasonFor> explained_as(ActionName name) {
    switch (name) {
        case ActionName::cancel:
            return ReasonFor::cancel;
        case ActionName::move:
        case ActionName::gpus:
            return ReasonFor::move;
        case ActionName::extend:
            return ReasonFor::extend;
        case ActionName::shorten:
            return ReasonFor::shorten;
        case ActionName::transfer:
            return ReasonFor::transfer;
        default:
            return std::nullopt;
    }
}

class Looker {
public:
    Looker(Consultation& consultation, const std::string& person, const Reservation& reservation)
        : consultation_(consultation), person_(person), reservation_(reservation) {}

    [[nodiscard]] Allowed look(ActionName name) const {
        const ReservationId id = reservation_.id;
        switch (name) {
            case ActionName::cancel:
                return consultation_.check(person_, Cancel{id, {}});
            case ActionName::release:
                return consultation_.check(person_, Release{id, {}});
            case ActionName::accept:
                return consultation_.check(person_, Accept{id, {}});
            case ActionName::decline:
                return consultation_.check(person_, Decline{id, {}});
            case ActionName::check_in:
                return consultation_.check(person_, CheckIn{id, {}});
            case ActionName::transfer:
                return may_transfer(consultation_.state(), Transfer{id, {}, {}}, person_);
            default:
                return look_at_change(name);
        }
    }

private:
    // Where to, somebody has yet to say: whether it fits there is another question. The end alone
    // is tried by one slot.
    [[nodiscard]] Allowed look_at_change(ActionName name) const {
        ReservationChange change;
        if (name == ActionName::move) change.start = StartTime{};
        if (name == ActionName::gpus) change.gpus = GpuRequest{};
        if (name == ActionName::rename) change.title = reservation_.title;
        if (name == ActionName::extend) change.end = next_edge();
        if (name == ActionName::shorten) change.end = edge_before();
        const Modify command{reservation_.id, std::move(change), {}};
        auto allowed = may_modify(consultation_.state(), command, person_);
        if (!allowed || !command.change.end) return allowed;
        return consultation_.check(person_, command);
    }

    [[nodiscard]] Instant next_edge() const {
        const SlotGrid& grid = consultation_.state().grid;
        return grid.start_of(grid.slot_at(reservation_.booked_end) + 1);
    }
    [[nodiscard]] Instant edge_before() const {
        const SlotGrid& grid = consultation_.state().grid;
        return grid.edge_at_or_before(reservation_.booked_end - Duration(1));
    }

    Consultation& consultation_;
    const std::string& person_;
    const Reservation& reservation_;
};

PossibleAction judged(ActionName name, const Looker& looker, const std::string& person) {
    PossibleAction action;
    action.name = name;
    if (person.empty()) {
        action.why = "say who you are: send your user name in the header X-Berth-User";
        return action;
    }
    const Allowed allowed = looker.look(name);
    action.allowed = allowed.has_value();
    if (!allowed) action.why = allowed.error().message;
    return action;
}

}  // namespace

std::vector<PossibleAction> possible_actions(Consultation& consultation, const std::string& person,
                                             const Reservation& reservation) {
    const Looker looker(consultation, person, reservation);
    const auto& asked_why = consultation.state().policy->reason_required;
    std::vector<PossibleAction> actions;
    for (const ActionName name : that_make_sense(reservation)) {
        PossibleAction action = judged(name, looker, person);
        const auto reason = explained_as(name);
        action.reason_required = reason && asked_why.contains(*reason);
        actions.push_back(std::move(action));
    }
    return actions;
}

}  // namespace berth
