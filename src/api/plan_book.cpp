#include "api/plan_book.hpp"

#include <openssl/rand.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace berth {

namespace {

constexpr std::size_t most_bytes = 64U * 1024 * 1024;

// Nobody guesses it.
std::string random_token() {
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), bytes.size()) != 1) {
        throw std::runtime_error("OpenSSL has no random bytes");
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string token = "plan-";
    for (const unsigned char byte : bytes) {
        token += digits[byte >> 4U];
        token += digits[byte & 15U];
    }
    return token;
}

Problem other_wish(std::string field) {
    return {.status = 400,
            .code = "bad_request",
            .detail = "the plan was made for another \"" + field +
                      "\"; leave it out, or plan again with what you want",
            .field = std::move(field)};
}

template <class T>
void take(std::optional<T>& into, const std::optional<T>& from) {
    if (from) into = from;
}

}  // namespace

std::string PlanBook::keep(Plan plan, std::size_t bytes, Instant now) {
    std::string token = random_token();
    const std::lock_guard lock(mutex_);
    bytes_ += bytes;
    by_age_.push_back(token);
    plans_.emplace(token, Kept{std::make_shared<const Plan>(std::move(plan)), bytes, now});
    make_room(now);
    return token;
}

std::shared_ptr<const Plan> PlanBook::find(const std::string& token, const std::string& person,
                                           Instant now) const {
    const std::lock_guard lock(mutex_);
    const auto found = plans_.find(token);
    if (found == plans_.end()) return nullptr;
    const Kept& kept = found->second;
    const bool usable = kept.plan->person == person && now - kept.at <= plan_lifetime;
    return usable ? kept.plan : nullptr;
}

void PlanBook::make_room(Instant now) {
    while (by_age_.size() > 1) {
        const Kept& oldest = plans_.at(by_age_.front());
        if (bytes_ <= most_bytes && now - oldest.at <= plan_lifetime) return;
        drop_oldest();
    }
}

void PlanBook::drop_oldest() {
    const auto oldest = plans_.find(by_age_.front());
    bytes_ -= oldest->second.bytes;
    plans_.erase(oldest);
    by_age_.pop_front();
}

std::expected<Reserve, Problem> booking_by(const Plan& plan, const ReservationRequest& body) {
    const ReservationRequest& asked = *plan.request;
    if (body.gpus != GpuRequest{} && body.gpus != asked.gpus) {
        return std::unexpected(other_wish("gpus"));
    }
    if (body.start && body.start != asked.start) return std::unexpected(other_wish("start"));
    if (body.hours && body.hours != asked.hours) return std::unexpected(other_wish("hours"));
    if (body.end && body.end != asked.end) return std::unexpected(other_wish("end"));
    Reserve booking = plan.booking;
    ReservationRequest& request = booking.request;
    take(request.title, body.title);
    take(request.team, body.team);
    take(request.priority, body.priority);
    take(request.preemptible, body.preemptible);
    take(request.workload, body.workload);
    take(request.reason, body.reason);
    return booking;
}

}  // namespace berth
