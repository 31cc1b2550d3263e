#include "report/spans.hpp"

namespace berth {

void subtract(Spans& spans, const Span& taken) {
    if (taken.empty()) return;
    Spans left;
    left.reserve(spans.size() + 1);
    for (const Span& span : spans) {
        const Span before{span.from, std::min(span.to, taken.from)};
        const Span after{std::max(span.from, taken.to), span.to};
        if (!span.overlaps(taken)) {
            left.push_back(span);
            continue;
        }
        if (!before.empty()) left.push_back(before);
        if (!after.empty()) left.push_back(after);
    }
    spans = std::move(left);
}

Spans within(const Spans& spans, const Span& span) {
    Spans found;
    for (const Span& one : spans) {
        if (const Span part = common(one, span); !part.empty()) found.push_back(part);
    }
    return found;
}

Duration length_of(const Spans& spans) {
    Duration length{0};
    for (const Span& span : spans) length += span.length();
    return length;
}

}  // namespace berth
