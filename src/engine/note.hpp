// What an event changes in its reservation alone: no window, no claim in the calendar.
#pragma once

#include "booking/event.hpp"

namespace berth {

void note(Reservation& reservation, const ReservationStarting& event);
void note(Reservation& reservation, const ReservationRunning& event);
void note(Reservation& reservation, const ReservationOverrunning& event);
void note(Reservation& reservation, const NoticeGiven& event);
void note(Reservation& reservation, const NoticeWithdrawn& event);
void note(Reservation& reservation, const ReservationContinued& event);
void note(Reservation& reservation, const ReservationTransferred& event);
void note(Reservation& reservation, const TransferOffered& event);
void note(Reservation& reservation, const TransferDeclined& event);
void note(Reservation& reservation, const CheckedIn& event);
void note(Reservation& reservation, const UseChanged& event);
void note(Reservation& reservation, const ExpectedEndChanged& event);
void note(Reservation& reservation, const CheckpointSaved& event);
void note(Reservation& reservation, const ReservationTroubled& event);
void note(Reservation& reservation, const PreflightReported& event);

}  // namespace berth
