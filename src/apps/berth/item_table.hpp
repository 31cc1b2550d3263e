// What `berth queue`, `berth waitlist` and `berth maintenance` print: a line an item of a list that
// the server has.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <vector>

#include "apps/berth/session.hpp"

namespace berth::cli {

using Cells = std::vector<std::string>;

struct ItemTable {
    std::string path;  // of the list
    Cells heads;
    std::function<Cells(const boost::json::object& item, const SlotGrid& grid)> cells;
    std::string none;  // what is said when there are no items
};

Exit print_items(Session& session, const ItemTable& table);

}  // namespace berth::cli
