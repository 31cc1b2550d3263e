#include "engine/transfer.hpp"

#include <algorithm>

#include "engine/look_up.hpp"
#include "engine/permission.hpp"
#include "engine/reason.hpp"
#include "engine/refuse.hpp"
#include "engine/waitlist.hpp"

namespace berth {

namespace {

using Decision = std::expected<void, Refusal>;

std::unexpected<Refusal> refused(RefusalCode code, std::string field, std::string message) {
    return std::unexpected(refusal(code, std::move(field), std::move(message)));
}

bool is_member(const Policy& policy, const std::string& person, const std::string& team) {
    return roles_of(policy, person, team).contains(Role::member);
}

bool has_teams(const Policy& policy) {
    return !policy.teams.empty();
}

Decision check_transferable(const Reservation& reservation) {
    const std::string id = reservation.id.text();
    if (is_ended(reservation.state) || reservation.state == ReservationState::releasing) {
        return refused(RefusalCode::wrong_state, "", id + " has already ended or is ending");
    }
    if (reservation.kind == ReservationKind::maintenance) {
        return refused(RefusalCode::wrong_state, "", id + " is maintenance and belongs to nobody");
    }
    return {};
}

Decision check_words(const Policy& policy, const Reservation& reservation,
                     const TransferOffer& to) {
    if (!to.to_user && !to.to_team) {
        return refused(RefusalCode::bad_request, "to_user",
                       "say who gets it: a person (to_user), a team (to_team), or both");
    }
    if (to.to_user && to.to_user->empty()) {
        return refused(RefusalCode::bad_request, "to_user", "a person's name is not empty");
    }
    if (to.to_team && to.to_team->empty()) {
        return refused(RefusalCode::bad_request, "to_team", "a team's name is not empty");
    }
    const bool same_person = to.to_user.value_or(reservation.owner) == reservation.owner;
    const bool same_team = to.to_team.value_or(reservation.team) == reservation.team;
    if (same_person && same_team) {
        return refused(RefusalCode::bad_request, to.to_user ? "to_user" : "to_team",
                       reservation.id.text() + " already belongs to " +
                           (to.to_user ? *to.to_user : "team " + *to.to_team));
    }
    if (has_teams(policy) && to.to_team && !policy.teams.contains(*to.to_team)) {
        return refused(RefusalCode::bad_request, "to_team", "there is no team " + *to.to_team);
    }
    return {};
}

// The team that a named person would hold it for: the one that is named, its own if they are of it,
// else theirs.
std::expected<std::string, Refusal> receiving_team(const Policy& policy,
                                                   const Reservation& reservation,
                                                   const TransferOffer& to) {
    const std::string& person = *to.to_user;
    if (!has_teams(policy)) return to.to_team.value_or(reservation.team);
    if (!to.to_team && is_member(policy, person, reservation.team)) return reservation.team;
    const std::string team = to.to_team.value_or(team_of(policy, person));
    if (is_member(policy, person, team)) return team;
    return refused(RefusalCode::not_allowed, "to_user",
                   person + " is not of " + (to.to_team ? "team " + team : "any team") +
                       "; they could not hold it");
}

// Without teams nobody knows whose colleague somebody is, unless both book for the same name.
bool is_colleague(const Policy& policy, const Reservation& reservation, const TransferOffer& to) {
    const std::string& person = *to.to_user;
    if (has_teams(policy)) {
        return to.to_team.value_or(reservation.team) == reservation.team &&
               is_member(policy, person, reservation.team);
    }
    return to.to_team.value_or(team_of(policy, person)) == reservation.team;
}

bool leads(const Policy& policy, const std::string& person, const Reservation& reservation) {
    const auto roles = roles_of(policy, person, reservation.team);
    return roles.contains(Role::lead) || roles.contains(Role::operator_);
}

// Between two teams of its owner there is nobody to ask.
bool stays_with_its_owner(const Policy& policy, const Reservation& reservation,
                          const TransferOffer& to) {
    return to.to_user.value_or(reservation.owner) == reservation.owner && to.to_team &&
           has_teams(policy) && is_member(policy, reservation.owner, *to.to_team);
}

std::size_t size_of(const Reservation& reservation) {
    if (!reservation.gpus.empty()) return reservation.gpus.size();
    return static_cast<std::size_t>(count_asked(reservation.asked));
}

Decision hand_over(Turn& turn, const Reservation& reservation, const std::string& owner,
                   const std::string& team) {
    if (team != reservation.team) {
        const Span rest{std::max(reservation.start, std::min(turn.now(), reservation.end)),
                        reservation.end};
        if (auto allowed = check_quota(turn.state(), team, size_of(reservation), rest, turn.now(),
                                       reservation.id);
            !allowed) {
            return allowed;
        }
        if (reservation.priority == Priority::P0) {
            if (auto allowed = check_p0_quota(turn.state(), team, turn.now()); !allowed) {
                return allowed;
            }
        }
    }
    turn.emit(ReservationTransferred{reservation.id, owner, team, reservation.owner});
    return {};
}

bool is_receiver(const Policy& policy, const Reservation& reservation, const std::string& person) {
    const TransferOffer& offer = *reservation.transfer;
    if (offer.to_user) return person == *offer.to_user;
    if (!has_teams(policy)) return person != reservation.owner;
    return is_member(policy, person, *offer.to_team);
}

std::unexpected<Refusal> not_the_receiver(const Reservation& reservation) {
    const TransferOffer& offer = *reservation.transfer;
    const std::string whom = offer.to_user ? *offer.to_user : "team " + *offer.to_team;
    return refused(RefusalCode::not_allowed, "",
                   reservation.id.text() + " is offered to " + whom + "; only they may answer");
}

std::unexpected<Refusal> nothing_open(const Reservation& reservation) {
    return refused(RefusalCode::wrong_state, "",
                   "nothing is open for " + reservation.id.text() +
                       ": no window is offered to it, and nobody hands it over");
}

// The reservation with something open, when it has not changed since the caller looked.
std::expected<const Reservation*, Refusal> look_up_open(const State& state, ReservationId id,
                                                        std::optional<std::uint64_t> if_revision) {
    auto found = look_up_own(state, id, if_revision, system_actor);
    if (!found) return found;
    const Reservation& reservation = **found;
    const bool window = reservation.state == ReservationState::offered;
    if (!window && !reservation.transfer) return nothing_open(reservation);
    if (auto usable = check_transferable(reservation); !usable) {
        return std::unexpected(std::move(usable.error()));
    }
    return found;
}

// Whether the answer is about the transfer: a receiver who may answer the window too means the
// window.
bool is_about_transfer(const Policy& policy, const Reservation& reservation,
                       const std::string& person) {
    const bool window = reservation.state == ReservationState::offered;
    return reservation.transfer && !(window && may_change(policy, person, reservation));
}

Decision accept_transfer(Turn& turn, const Reservation& reservation) {
    if (!is_receiver(turn.policy(), reservation, turn.actor())) {
        return not_the_receiver(reservation);
    }
    return hand_over(turn, reservation, turn.actor(),
                     reservation.transfer->to_team.value_or(reservation.team));
}

Decision decline_transfer(Turn& turn, const Reservation& reservation) {
    const Policy& policy = turn.policy();
    const bool takes_back = may_change(policy, turn.actor(), reservation);
    if (!takes_back && !is_receiver(policy, reservation, turn.actor())) {
        return not_the_receiver(reservation);
    }
    turn.emit(TransferDeclined{reservation.id});
    return {};
}

using Answer = Decision (*)(Turn&, const Reservation&);

// An answer to what is open: the owner's to a window, or the receiver's to a transfer.
Decision decide_answer(Turn& turn, const auto& command, Answer to_window, Answer to_transfer) {
    const auto found = look_up_open(turn.state(), command.id, command.if_revision);
    if (!found) return std::unexpected(found.error());
    const Reservation reservation = **found;
    if (is_about_transfer(turn.policy(), reservation, turn.actor())) {
        return to_transfer(turn, reservation);
    }
    const auto own = look_up_own(turn.state(), command.id, {}, turn.actor());
    if (!own) return std::unexpected(own.error());
    return to_window(turn, reservation);
}

}  // namespace

Decision may_transfer(const State& state, const Transfer& command, const std::string& actor) {
    const auto found = look_up_own(state, command.id, command.if_revision, actor);
    if (!found) return std::unexpected(found.error());
    return check_transferable(**found);
}

Decision decide_transfer(Turn& turn, const Transfer& command) {
    if (auto allowed = may_transfer(turn.state(), command, turn.actor()); !allowed) return allowed;
    const Policy& policy = turn.policy();
    const Reservation reservation = *turn.state().find(command.id);
    if (auto checked = check_words(policy, reservation, command.to); !checked) return checked;
    if (auto explained = check_reason(turn, ReasonFor::transfer); !explained) return explained;
    if (stays_with_its_owner(policy, reservation, command.to)) {
        return hand_over(turn, reservation, reservation.owner, *command.to.to_team);
    }
    if (!command.to.to_user) {
        turn.emit(TransferOffered{reservation.id, command.to});
        return {};
    }
    const auto team = receiving_team(policy, reservation, command.to);
    if (!team) return std::unexpected(team.error());
    if (is_colleague(policy, reservation, command.to) || leads(policy, turn.actor(), reservation)) {
        return hand_over(turn, reservation, *command.to.to_user, *team);
    }
    TransferOffer offer = command.to;
    if (has_teams(policy)) offer.to_team = *team;
    turn.emit(TransferOffered{reservation.id, offer});
    return {};
}

Decision decide_accept(Turn& turn, const Accept& command) {
    return decide_answer(turn, command, accept_offer, accept_transfer);
}

Decision decide_decline(Turn& turn, const Decline& command) {
    return decide_answer(turn, command, decline_offer, decline_transfer);
}

}  // namespace berth
