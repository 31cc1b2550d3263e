// How many GPUs one team holds at every moment, as a step function of time: what its quotas are
// measured by. Adding and removing cost the logarithm of the steps; a question reads them once.
//
//     use.add({from, to}, 4);
//     if (use.busiest(span, seven_days).gpu_hours > 200) …
#pragma once

#include <cstdint>
#include <map>

#include "time/instant.hpp"

namespace berth {

class TeamUse {
public:
    // Empty spans add nothing.
    void add(Span span, int gpus) { step(span, gpus); }
    void remove(Span span, int gpus) { step(span, -gpus); }

    [[nodiscard]] double gpu_hours(Span span) const;
    // The most GPUs at one moment of the span.
    [[nodiscard]] int most_at_once(Span span) const;

    // Of all windows of that length that touch the span, the one with the most GPU-hours; the
    // earliest of equals.
    struct Busiest {
        Span window;
        double gpu_hours = 0;
    };
    [[nodiscard]] Busiest busiest(Span span, Duration length) const;

private:
    void step(Span span, int gpus);

    std::map<Instant, int> steps_;  // by how many GPUs it changes there; never by none
};

}  // namespace berth
