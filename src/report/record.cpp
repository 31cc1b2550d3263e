#include "report/record.hpp"

#include <algorithm>
#include <limits>

namespace berth {

namespace {

constexpr Instant never = Instant::max();

void set_in_service(RecordedGpu& gpu, Instant at, Health health) {
    auto& spans = gpu.in_service;
    const bool is_open = !spans.empty() && spans.back().to == never;
    if (health == Health::healthy && !is_open) spans.push_back({at, never});
    if (health != Health::healthy && is_open) spans.back().to = at;
    gpu.spec.health = health;
}

Span held_by(const Reservation& reservation) {
    if (is_waiting(reservation.state) || reservation.end <= reservation.start) {
        return {reservation.start, reservation.start};
    }
    return {reservation.start, reservation.end};
}

// A reservation without a job is used once somebody has shown up, where that is asked of people.
bool is_attended(const Reservation& reservation) {
    if (reservation.workload) return true;
    return reservation.checked_in.has_value() || !reservation.check_in_by;
}

Span used_by(const Reservation& reservation, const Span& held, Instant now) {
    if (!reservation.started_at || !is_attended(reservation)) return {held.from, held.from};
    Instant until = reservation.ended_at.value_or(now);
    const bool left_idle = reservation.state == ReservationState::expired && reservation.idle_since;
    if (left_idle) until = std::min(until, *reservation.idle_since);
    return common({*reservation.started_at, std::min(until, now)}, held);
}

// An evicted one was deprived of the rest of its window: nobody lost that by not using it.
Span booked_by(const Reservation& reservation, const Span& held) {
    if (held.empty() || reservation.state == ReservationState::evicted) return held;
    return {held.from, std::max(held.to, reservation.booked_end)};
}

}  // namespace

Spans RecordedGpu::service(const Span& span) const {
    Spans spans = within(in_service, span);
    for (const Span& away : maintenance) {
        if (away.overlaps(span)) subtract(spans, away);
    }
    return spans;
}

Duration Wish::waited(Instant now) const {
    const Instant until = promised_at.value_or(gave_up_at.value_or(now));
    return std::max(until - asked_at, Duration(0));
}

double Wish::gpu_hours() const {
    return gpus * hours_in(wanted.length());
}

RecordedGpu& Record::gpu(const std::string& id) {
    const auto [found, is_new] = by_id_.try_emplace(id, static_cast<std::uint32_t>(gpus_.size()));
    if (is_new) gpus_.push_back({.id = id, .spec = {}, .in_service = {}, .maintenance = {}});
    return gpus_[found->second];
}

void Record::declare(Instant at, std::span<const GpuSpec> gpus) {
    for (const GpuSpec& spec : gpus) {
        RecordedGpu& known = gpu(gpu_id(spec));
        known.spec = spec;
        set_in_service(known, at, spec.health);
    }
}

void Record::set_health(Instant at, std::span<const std::string> gpus, Health health) {
    for (const std::string& id : gpus) {
        if (by_id_.contains(id)) set_in_service(gpu(id), at, health);
    }
}

std::vector<std::uint32_t> Record::places_of(const std::vector<std::string>& ids) const {
    std::vector<std::uint32_t> places;
    places.reserve(ids.size());
    for (const std::string& id : ids) {
        if (const auto found = by_id_.find(id); found != by_id_.end()) {
            places.push_back(found->second);
        }
    }
    return places;
}

void Record::add(const Reservation& reservation) {
    const Span held = held_by(reservation);
    auto places = places_of(reservation.gpus);
    if (reservation.kind == ReservationKind::maintenance) {
        for (const std::uint32_t place : places) gpus_[place].maintenance.push_back(held);
        return;
    }
    if (places.empty() && !reservation.id.is_queue_job()) return;
    bookings_.push_back({.id = reservation.id,
                         .state = reservation.state,
                         .owner = reservation.owner,
                         .team = reservation.team,
                         .gpus = std::move(places),
                         .asked_at = reservation.created_at,
                         .start = reservation.start,
                         .booked = booked_by(reservation, held),
                         .held = held,
                         .used = used_by(reservation, held, now_),
                         .ended_at = reservation.ended_at,
                         .resumes = reservation.continues.has_value()});
}

std::string Record::model_wanted(const GpuRequest& asked) const {
    if (asked.model) return *asked.model;
    if (!asked.ids.empty()) {
        const auto found = by_id_.find(asked.ids.front());
        return found == by_id_.end() ? "" : gpus_[found->second].spec.model;
    }
    const GpuSelector selector{
        .model = {}, .min_memory_gb = asked.min_memory_gb, .labels = asked.labels};
    std::map<std::string, int> counts;
    for (const RecordedGpu& one : gpus_) {
        if (selector.matches(one.spec)) ++counts[one.spec.model];
    }
    const auto most = std::ranges::max_element(counts, {}, [](const auto& c) { return c.second; });
    return most == counts.end() ? "" : most->first;
}

void Record::add_wish(const Reservation& entry, Instant at) {
    if (!wish_of_.emplace(entry.id, wishes_.size()).second) return;
    wishes_.push_back({.id = entry.id,
                       .asked_at = at,
                       .owner = entry.owner,
                       .team = entry.team,
                       .model = model_wanted(entry.asked),
                       .gpus = count_asked(entry.asked),
                       .wanted = {entry.start, entry.end},
                       .promised_at = {},
                       .gave_up_at = {}});
}

void Record::promise(ReservationId id, Instant at, std::span<const std::string> gpus) {
    const auto found = wish_of_.find(id);
    if (found == wish_of_.end()) return;
    Wish& wish = wishes_[found->second];
    if (wish.promised_at) return;
    wish.promised_at = at;
    if (gpus.empty()) return;
    if (const auto place = by_id_.find(gpus.front()); place != by_id_.end()) {
        wish.model = gpus_[place->second].spec.model;
    }
}

void Record::give_up(ReservationId id, Instant at) {
    const auto found = wish_of_.find(id);
    if (found == wish_of_.end() || wishes_[found->second].promised_at) return;
    wishes_[found->second].gave_up_at = at;
}

std::vector<ReservationId> Record::unanswered() const {
    std::vector<ReservationId> ids;
    for (const Wish& wish : wishes_) {
        if (!wish.promised_at && !wish.gave_up_at) ids.push_back(wish.id);
    }
    return ids;
}

bool came_to_nothing(const Booking& booking) {
    const bool bad_end = booking.state == ReservationState::expired ||
                         booking.state == ReservationState::cancelled ||
                         booking.state == ReservationState::failed;
    return bad_end && booking.ended_at && *booking.ended_at > booking.start &&
           !booking.held.empty();
}

}  // namespace berth
