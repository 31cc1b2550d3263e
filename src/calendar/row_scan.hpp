// Scans rows of the window index for the first or last column that meets every condition.
#pragma once

#include <optional>
#include <vector>

#include "calendar/count_table.hpp"

namespace berth {

// At column t: the sum of row[t + offset] over the rows is at least `least`. No rows: never met.
struct RowCondition {
    std::vector<const Count*> rows;
    int offset = 0;
    Count least = 1;
};

// Within [from, to]. Precondition: at least one condition; the rows are readable for block_size
// columns beyond `to` + offset, and from column 0 on.
std::optional<int> first_column(const std::vector<RowCondition>& conditions, int from, int to);
std::optional<int> last_column(const std::vector<RowCondition>& conditions, int from, int to);

}  // namespace berth
