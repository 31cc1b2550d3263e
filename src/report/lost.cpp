#include "report/lost.hpp"

#include <algorithm>

namespace berth {

namespace {

struct Hold {
    Span span;
    std::size_t booking;
};

// Who held each GPU. Holds of one GPU never overlap.
using Holders = std::vector<std::vector<Hold>>;

Holders holders_of(const Record& record) {
    Holders holders(record.gpus().size());
    for (std::size_t i = 0; i < record.bookings().size(); ++i) {
        const Booking& booking = record.bookings()[i];
        if (booking.held.empty()) continue;
        for (const std::uint32_t gpu : booking.gpus) holders[gpu].push_back({booking.held, i});
    }
    for (auto& holds : holders) std::ranges::sort(holds, {}, [](const Hold& h) { return h.span; });
    return holders;
}

Spans unused(const Record& record, const Booking& booking, std::size_t place, std::uint32_t gpu,
             const std::vector<Hold>& holds) {
    const Span window = common(booking.booked, record.past());
    if (window.empty()) return {};
    Spans left = record.gpus()[gpu].service(window);
    subtract(left, booking.used);
    auto hold = std::ranges::lower_bound(holds, window.from, std::ranges::less_equal(),
                                         [](const Hold& h) { return h.span.to; });
    for (; hold != holds.end() && hold->span.from < window.to; ++hold) {
        if (hold->booking != place) subtract(left, hold->span);
    }
    return left;
}

}  // namespace

std::vector<Lost> find_lost(const Record& record) {
    const Holders holders = holders_of(record);
    std::vector<Lost> all;
    for (std::size_t i = 0; i < record.bookings().size(); ++i) {
        const Booking& booking = record.bookings()[i];
        if (!came_to_nothing(booking)) continue;
        Lost lost{.booking = i, .spans = {}};
        for (const std::uint32_t gpu : booking.gpus) {
            const Spans spans = unused(record, booking, i, gpu, holders[gpu]);
            lost.spans.insert(lost.spans.end(), spans.begin(), spans.end());
        }
        if (!lost.spans.empty()) all.push_back(std::move(lost));
    }
    return all;
}

double lost_hours(const Lost& lost, const Span& span) {
    return hours_in(length_of(within(lost.spans, span)));
}

}  // namespace berth
