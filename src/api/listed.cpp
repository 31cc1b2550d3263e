#include "api/listed.hpp"

#include <boost/json.hpp>
#include <limits>

#include "api/operation.hpp"
#include "api/reservation_view.hpp"

namespace berth {

Response list_response(const std::vector<Listed>& items, ProgressBoard& board) {
    boost::json::array printed;
    printed.reserve(items.size());
    for (const Listed& item : items) {
        auto object = reservation_object(*item.reservation, board);
        for (const auto& [name, value] : item.more) object[name] = value;
        printed.push_back(std::move(object));
    }
    return json_response(200, boost::json::serialize(boost::json::object{
                                  {"items", std::move(printed)}, {"next", nullptr}}));
}

boost::json::value listed_schema(json::SchemaBook& book, const std::string& name,
                                 const boost::json::object& more) {
    auto item = book.named(name, [&] {
        auto schema = book.resolved(reservation_schema(book));
        for (const auto& [member, what] : more) {
            json::add_member(schema, member, what, json::Presence::required);
        }
        return schema;
    });
    return page_schema(book, name + "Page", std::move(item));
}

boost::json::value position_schema() {
    return json::nullable(json::integer_schema(1, std::numeric_limits<int>::max()));
}

}  // namespace berth
