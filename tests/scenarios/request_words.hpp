// The words in which scenarios ask for GPUs: what people would write into a request's body.
#pragma once

#include "booking/request.hpp"
#include "scenarios/line.hpp"

namespace berth::test {

// 4 A100 any from wed 20:00 for 32h priority P1 or wait until thu 10:00 offered
ReservationRequest take_request(Line& line, const SlotGrid& grid);
// 1 A100 for 30m priority P1
QueueRequest take_queue_request(Line& line, const SlotGrid& grid);
// from thu 20:00 for 32h onto node1/0,node1/1 title night
ReservationChange take_change(Line& line, const SlotGrid& grid);
// node1,node2/0 from wed 20:00 for 4h displacing
MaintenanceRequest take_maintenance(Line& line, const SlotGrid& grid);
// bob | team nlp | bob of nlp
TransferOffer take_transfer(Line& line);

}  // namespace berth::test
