#include "calendar/row_scan.hpp"

#include <algorithm>
#include <array>

#include "calendar/lanes.hpp"

namespace berth {
namespace {

constexpr std::size_t vectors_at_once = block_size / lane_count;

// Of a block of columns, those that meet what was asked: all bits set.
using Met = std::array<SignedLanes, vectors_at_once>;

bool any_met(const Met& met) {
    return any((met[0] | met[1]) | (met[2] | met[3]));
}
static_assert(vectors_at_once == 4);

Met meets(const RowCondition& condition, int column) {
    std::array<UnsignedLanes, vectors_at_once> sum{};
    for (const Count* row : condition.rows) {
        row += column + condition.offset;
        for (std::size_t v = 0; v < vectors_at_once; ++v) {
            sum[v] += load<UnsignedLanes>(row + v * lane_count);
        }
    }
    Met met;
    for (std::size_t v = 0; v < vectors_at_once; ++v) met[v] = sum[v] >= condition.least;
    return met;
}

Met meets_all(const std::vector<RowCondition>& conditions, int column) {
    Met met = meets(conditions.front(), column);
    for (std::size_t i = 1; i < conditions.size() && any_met(met); ++i) {
        const Met also = meets(conditions[i], column);
        for (std::size_t v = 0; v < vectors_at_once; ++v) met[v] &= also[v];
    }
    return met;
}

// The common case, one row: skips the blocks in which nothing reaches `least`.
int skip_forward(const Count* row, Count least, int from, int to) {
    int column = from;
    for (; column <= to; column += block_size) {
        Met met;
        for (std::size_t v = 0; v < vectors_at_once; ++v) {
            met[v] = load<UnsignedLanes>(row + column + v * lane_count) >= least;
        }
        if (any_met(met)) break;
    }
    return column;
}

bool is_one_row(const std::vector<RowCondition>& conditions) {
    return conditions.size() == 1 && conditions.front().rows.size() == 1;
}

}  // namespace

std::optional<int> first_column(const std::vector<RowCondition>& conditions, int from, int to) {
    if (is_one_row(conditions)) {
        const RowCondition& only = conditions.front();
        from = skip_forward(only.rows.front() + only.offset, only.least, from, to);
    }
    for (int block = from; block <= to; block += block_size) {
        const Met met = meets_all(conditions, block);
        if (!any_met(met)) continue;
        for (int i = 0; i < block_size && block + i <= to; ++i) {
            if (met[static_cast<std::size_t>(i / lane_count)][i % lane_count] != 0)
                return block + i;
        }
    }
    return {};
}

std::optional<int> last_column(const std::vector<RowCondition>& conditions, int from, int to) {
    // Blocks end at `to`; the one that would begin before column 0 overlaps the one before it.
    for (int end = to; end >= from; end -= block_size) {
        const int block = std::max(end - block_size + 1, 0);
        const Met met = meets_all(conditions, block);
        if (!any_met(met)) continue;
        for (int column = end; column >= std::max(block, from); --column) {
            const int i = column - block;
            if (met[static_cast<std::size_t>(i / lane_count)][i % lane_count] != 0) return column;
        }
    }
    return {};
}

}  // namespace berth
