// What a wish for GPUs becomes: a confirmed reservation, or a refusal with windows that would work.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "booking/command.hpp"
#include "booking/event.hpp"
#include "booking/refusal.hpp"
#include "engine/state.hpp"

namespace berth {

std::expected<std::vector<Event>, Refusal> decide_reserve(const State& state,
                                                          const Reserve& command,
                                                          const std::string& actor, Instant now);

inline constexpr std::size_t longest_title = 200;  // bytes
std::expected<void, Refusal> check_title(const std::string& title);
std::vector<std::string> ids_of(const Fleet& fleet, const std::vector<GpuIndex>& gpus);

// For an off-grid refusal: names free GPUs in each nearest window, and drops windows without any.
void complete_on_grid(const State& state, const ReservationRequest& request, Instant now,
                      Refusal& refusal);

}  // namespace berth
