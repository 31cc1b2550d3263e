// What POST /api/v1/plan answered, kept for a minute under a token: who was told may book it as it
// was said. In memory alone: after a restart a token is not known, and one plans again.
//
//     const std::string token = plans.keep({"alice", request, booking}, bytes, now);
//     if (const auto plan = plans.find(token, "alice", now)) … booking_by(*plan, body)
//
// Any thread may call.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "api/problem.hpp"
#include "booking/command.hpp"

namespace berth {

inline constexpr std::chrono::seconds plan_lifetime{60};

struct Plan {
    std::string person;
    std::shared_ptr<const ReservationRequest> request;  // as it was asked
    Reserve booking;                                    // what the token stands for
};

class PlanBook {
public:
    // `bytes`: about how much memory it takes; the oldest plans make room.
    std::string keep(Plan plan, std::size_t bytes, Instant now);
    // Nothing when it is too old, somebody else's, or never was.
    [[nodiscard]] std::shared_ptr<const Plan> find(const std::string& token,
                                                   const std::string& person, Instant now) const;

private:
    struct Kept {
        std::shared_ptr<const Plan> plan;
        std::size_t bytes = 0;
        Instant at;
    };

    void make_room(Instant now);
    void drop_oldest();

    mutable std::mutex mutex_;
    std::map<std::string, Kept> plans_;
    std::deque<std::string> by_age_;
    std::size_t bytes_ = 0;
};

// The plan's booking with what `body` adds to it (title, workload, …). Error: the body asks for
// other GPUs or another time than the plan.
std::expected<Reserve, Problem> booking_by(const Plan& plan, const ReservationRequest& body);

}  // namespace berth
