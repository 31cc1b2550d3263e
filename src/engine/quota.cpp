#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "engine/permission.hpp"
#include "engine/refuse.hpp"

namespace berth {

namespace {

using Allowed = std::expected<void, Refusal>;

constexpr std::chrono::days week{7};
constexpr std::chrono::days month{30};
constexpr std::chrono::days looked_ahead{14};  // for when there will be room
constexpr double rounding = 1e-6;              // hours; sums of exact milliseconds, divided once

double hours_of(Duration length) {
    return static_cast<double>(length.count()) / 3'600'000;
}

// "12", "12.5"
std::string number_text(double number) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f", std::max(number, 0.0));
    std::string result = text.data();
    if (result.ends_with(".0")) result.resize(result.size() - 2);
    return result;
}

std::string count_text(int gpus) {
    return std::to_string(gpus) + (gpus == 1 ? " GPU" : " GPUs");
}

std::unexpected<Refusal> exceeded(std::string field, std::string message) {
    return std::unexpected(
        refusal(RefusalCode::quota_exceeded, std::move(field), std::move(message)));
}

// What a team asks for beside what it has, and the limits that this has to keep.
struct Claimed {
    const std::string& team;
    const Quota& quota;
    TeamUse use;  // without it
    int gpus;
    Span span;

    [[nodiscard]] int most_others(Span at) const { return use.most_at_once(at); }
    [[nodiscard]] TeamUse::Busiest busiest_week(Span at) const {
        TeamUse with = use;
        with.add(at, gpus);
        return with.busiest(at, week);
    }
    [[nodiscard]] bool fits(Span at) const {
        if (quota.gpus_at_once && most_others(at) + gpus > *quota.gpus_at_once) return false;
        return !quota.gpu_hours_per_week ||
               busiest_week(at).gpu_hours <= *quota.gpu_hours_per_week + rounding;
    }
};

// "; from 2026-12-04 04:00:00 on it would fit": when what counts against it has grown old or ended.
std::string when_it_frees(const State& state, const Claimed& claimed) {
    const Instant last =
        std::min(claimed.span.from + looked_ahead, state.grid.start_of(state.horizon));
    for (Slot slot = state.grid.slot_at(claimed.span.from) + 1;; slot = slot + 1) {
        const Instant from = state.grid.start_of(slot);
        if (from > last) return "";
        if (claimed.fits({from, from + claimed.span.length()})) {
            return "; from " + state.grid.local_text(from) + " on it would fit";
        }
    }
}

Allowed check_length(const State& state, const std::string& team, const Quota& quota, Span span,
                     Instant now) {
    if (quota.longest_hours && hours_of(span.length()) > *quota.longest_hours + rounding) {
        return exceeded("hours", "one reservation of " + team + " may take " +
                                     number_text(*quota.longest_hours) +
                                     " hours at most; this is " +
                                     number_text(hours_of(span.length())));
    }
    if (!quota.horizon_days) return {};
    const Instant last = now + std::chrono::days(*quota.horizon_days);
    if (span.to <= last) return {};
    return exceeded("end", team + " may book " + std::to_string(*quota.horizon_days) +
                               " days ahead: until " +
                               state.grid.local_text(state.grid.edge_at_or_before(last)));
}

Allowed check_at_once(const State& state, const Claimed& claimed) {
    if (!claimed.quota.gpus_at_once) return {};
    const int limit = *claimed.quota.gpus_at_once;
    const std::string may =
        claimed.team + " may hold " + count_text(limit) + " at one time and asks for ";
    if (claimed.gpus > limit) return exceeded("gpus", may + std::to_string(claimed.gpus));
    const int others = claimed.most_others(claimed.span);
    if (others + claimed.gpus <= limit) return {};
    return exceeded("gpus", may + std::to_string(claimed.gpus) + ", but holds " +
                                std::to_string(others) + " in that time, so that " +
                                std::to_string(std::max(limit - others, 0)) + " are left" +
                                when_it_frees(state, claimed));
}

Allowed check_week(const State& state, const Claimed& claimed) {
    if (!claimed.quota.gpu_hours_per_week) return {};
    const double limit = *claimed.quota.gpu_hours_per_week;
    const TeamUse::Busiest busiest = claimed.busiest_week(claimed.span);
    if (busiest.gpu_hours <= limit + rounding) return {};
    const double left = limit - claimed.use.gpu_hours(busiest.window);
    const Span in_it{std::max(claimed.span.from, busiest.window.from),
                     std::min(claimed.span.to, busiest.window.to)};
    const double taken = in_it.empty() ? 0 : hours_of(in_it.length()) * claimed.gpus;
    return exceeded("hours", claimed.team + " has " + number_text(left) + " of " +
                                 number_text(limit) + " GPU-hours left in the week to " +
                                 state.grid.local_text(busiest.window.to) + ", and this takes " +
                                 number_text(taken) + " of it" + when_it_frees(state, claimed));
}

// What is changed to hold no more than it did needs nobody's leave.
bool takes_no_more(const Reservation& before, std::size_t gpus, Span span) {
    return gpus <= before.gpus.size() && before.start <= span.from && span.to <= before.end;
}

bool needs_no_leave(const Quota& quota, const std::string& team, const Reservation* ignored,
                    std::size_t gpus, Span span) {
    if (quota == Quota{}) return true;
    if (ignored == nullptr) return false;
    if (ignored->kind != ReservationKind::work) return true;
    return ignored->team == team && takes_no_more(*ignored, gpus, span);
}

TeamUse use_without(const State& state, const std::string& team, const Reservation* ignored) {
    const auto found = state.team_use.find(team);
    TeamUse use = found == state.team_use.end() ? TeamUse() : found->second;
    if (ignored != nullptr && ignored->team == team) {
        use.remove(use_of(*ignored), static_cast<int>(ignored->gpus.size()));
    }
    return use;
}

}  // namespace

Allowed check_quota(const State& state, const std::string& team, std::size_t gpus, Span span,
                    Instant now, std::optional<ReservationId> ignoring) {
    const Quota& quota = quota_of(*state.policy, team);
    const Reservation* ignored = ignoring ? state.find(*ignoring) : nullptr;
    if (needs_no_leave(quota, team, ignored, gpus, span)) return {};
    if (auto allowed = check_length(state, team, quota, span, now); !allowed) return allowed;
    if (!quota.limits_use()) return {};
    const Claimed claimed{team, quota, use_without(state, team, ignored), static_cast<int>(gpus),
                          span};
    if (auto allowed = check_at_once(state, claimed); !allowed) return allowed;
    return check_week(state, claimed);
}

bool is_within_quota(const State& state, const std::string& team, std::size_t gpus, Span span,
                     Instant now, std::optional<ReservationId> ignoring) {
    const Quota& quota = quota_of(*state.policy, team);
    const Reservation* ignored = ignoring ? state.find(*ignoring) : nullptr;
    if (needs_no_leave(quota, team, ignored, gpus, span)) return true;
    if (!check_length(state, team, quota, span, now)) return false;
    if (!quota.limits_use()) return true;
    if (quota.gpus_at_once && static_cast<int>(gpus) > *quota.gpus_at_once) return false;
    return Claimed{team, quota, use_without(state, team, ignored), static_cast<int>(gpus), span}
        .fits(span);
}

Allowed check_p0_quota(const State& state, const std::string& team, Instant now) {
    const Quota& quota = quota_of(*state.policy, team);
    if (!quota.p0_per_month) return {};
    std::vector<Instant> made;
    for (const auto& [at, by] : state.p0_made) {
        if (by == team && at > now - month) made.push_back(at);
    }
    const auto limit = static_cast<std::size_t>(*quota.p0_per_month);
    if (made.size() < limit) return {};
    std::string message = team + " has made " + std::to_string(made.size()) + " of " +
                          std::to_string(limit) + " P0 reservations in the last 30 days";
    // The one that has to grow old before there is room for another.
    if (limit > 0) {
        message += "; the next may be made from " +
                   state.grid.local_text(made[made.size() - limit] + month) + " on";
    }
    return exceeded("priority", std::move(message));
}

}  // namespace berth
