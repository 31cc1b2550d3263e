// Lists of spans of time that do not overlap, in order.
#pragma once

#include <algorithm>
#include <vector>

#include "time/instant.hpp"

namespace berth {

using Spans = std::vector<Span>;

// What both have; empty when they do not overlap.
inline Span common(const Span& a, const Span& b) {
    const Instant from = std::max(a.from, b.from);
    return {from, std::max(from, std::min(a.to, b.to))};
}

// Cuts `taken` out of them.
void subtract(Spans& spans, const Span& taken);
// The parts of `span` that lie in them.
Spans within(const Spans& spans, const Span& span);
Duration length_of(const Spans& spans);

}  // namespace berth
