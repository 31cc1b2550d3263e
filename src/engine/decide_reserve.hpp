// What a wish for GPUs becomes: a confirmed reservation, or a refusal with windows that would work.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "booking/refusal.hpp"
#include "engine/open_windows.hpp"
#include "engine/turn.hpp"

namespace berth {

std::expected<void, Refusal> decide_reserve(Turn& turn, const Reserve& command);

// What the request becomes at that placement, apart from its state.
// Precondition: the request was checked.
struct Booker;
Reservation make_reservation(const Turn& turn, const ReservationRequest& request,
                             const Booker& booker, const Placement& placement);

inline constexpr std::size_t longest_title = 200;  // bytes
std::expected<void, Refusal> check_title(const std::string& title);
std::expected<void, Refusal> check_workload(const Workload& workload);
std::string default_title(const std::optional<Workload>& workload);
std::vector<std::string> ids_of(const Fleet& fleet, const std::vector<GpuIndex>& gpus);

// For an off-grid refusal: names GPUs in each nearest window, and drops windows that cannot be had.
void complete_on_grid(const State& state, const ReservationRequest& request, const Asker& asker,
                      Instant now, Refusal& refusal);

}  // namespace berth
