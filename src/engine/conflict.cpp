#include "engine/conflict.hpp"

#include "engine/suggest.hpp"

namespace berth {

Refusal conflict(const State& state, const Wish& wish, const Asker& asker, Instant now) {
    const SlotGrid& grid = state.calendar.grid();
    Refusal refused;
    refused.code = RefusalCode::conflict;
    refused.field = "start";
    refused.suggestions = suggest(state, wish, asker, now);
    if (wish.gpus.named()) {
        std::optional<Holder> ignoring;
        if (asker.changing) ignoring = holder_of(*asker.changing);
        const Holding obstacle = *state.calendar.first_clash(wish.gpus.ids, wish.span, ignoring);
        const std::string& gpu = state.fleet->gpu(obstacle.gpu).id;
        refused.obstacle = {gpu, obstacle.span};
        refused.field = "gpus.ids";
        refused.message = "GPU " + gpu + " is busy from " + grid.local_text(obstacle.span.from) +
                          " to " + grid.local_text(obstacle.span.to);
    } else {
        const int free = state.calendar.free_count(wish.gpus.wish.selector, wish.span);
        refused.message = "from " + grid.local_text(wish.span.from) + " to " +
                          grid.local_text(wish.span.to) + " only " + std::to_string(free) +
                          " of the " + std::to_string(wish.gpus.wish.count) +
                          " GPUs asked for are free";
        if (free >= wish.gpus.wish.count) {
            refused.message = "from " + grid.local_text(wish.span.from) + " to " +
                              grid.local_text(wish.span.to) + " " + std::to_string(free) +
                              " GPUs are free, but not " + std::to_string(wish.gpus.wish.count) +
                              " of them together (spread " + wish.gpus.wish.spread.text() + ")";
        }
    }
    return refused;
}

}  // namespace berth
