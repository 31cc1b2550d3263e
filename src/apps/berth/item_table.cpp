#include "apps/berth/item_table.hpp"

#include <fmt/format.h>

#include "apps/berth/table.hpp"

namespace berth::cli {

Exit print_items(Session& session, const ItemTable& table) {
    const SlotGrid* grid = session.grid();
    if (grid == nullptr) return session.exit();
    const auto answer = session.ask("GET", table.path);
    if (!answer) return session.exit();
    const auto& items = answer->at("items").as_array();
    if (session.wants_json()) {
        session.print_json(items);
        return Exit::done;
    }
    std::vector<Cells> rows{table.heads};
    for (const auto& item : items) rows.push_back(table.cells(item.as_object(), *grid));
    fmt::print("{}", items.empty() ? table.none + "\n" : format_table(rows));
    return Exit::done;
}

}  // namespace berth::cli
