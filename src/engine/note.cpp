#include "engine/note.hpp"

namespace berth {

void note(Reservation& reservation, const ReservationStarting& event) {
    reservation.state = ReservationState::starting;
    reservation.attempt = event.attempt;
}

void note(Reservation& reservation, const ReservationRunning& event) {
    reservation.state = ReservationState::running;
    reservation.started_at = event.started_at;
    reservation.check_in_by = event.check_in_by;
}

void note(Reservation& reservation, const ReservationOverrunning&) {
    reservation.state = ReservationState::overrunning;
}

void note(Reservation& reservation, const NoticeGiven& event) {
    reservation.notice = event.notice;
}

void note(Reservation& reservation, const NoticeWithdrawn&) {
    reservation.notice.reset();
}

void note(Reservation& reservation, const ReservationContinued& event) {
    reservation.continued_by = event.continued_by;
}

void note(Reservation& reservation, const ReservationTransferred& event) {
    reservation.owner = event.owner;
    reservation.team = event.team;
    reservation.transfer.reset();
}

void note(Reservation& reservation, const TransferOffered& event) {
    reservation.transfer = event.to;
}

void note(Reservation& reservation, const TransferDeclined&) {
    reservation.transfer.reset();
}

void note(Reservation& reservation, const CheckedIn& event) {
    reservation.checked_in = event.at;
    const auto& notice = reservation.notice;
    const bool about_absence =
        notice && (notice->kind == NoticeKind::no_show || notice->kind == NoticeKind::idle);
    if (about_absence) reservation.notice.reset();
}

void note(Reservation& reservation, const UseChanged& event) {
    reservation.idle_since = event.idle_since;
}

void note(Reservation& reservation, const ExpectedEndChanged& event) {
    reservation.expected_end = event.expected_end;
}

void note(Reservation& reservation, const CheckpointSaved& event) {
    reservation.checkpoint = event.checkpoint;
}

void note(Reservation& reservation, const ReservationTroubled& event) {
    reservation.trouble = event.trouble;
    reservation.waiting_for = event.waiting_for;
}

void note(Reservation& reservation, const PreflightReported& event) {
    reservation.preflight = event.findings;
}

}  // namespace berth
