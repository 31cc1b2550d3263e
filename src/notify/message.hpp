// What people are told, in English and in Chinese at once, and whom.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/engine.hpp"

namespace berth {

struct Message {
    std::string to;  // a user's name
    std::string subject;
    std::string body;
};

// Whether a row of this kind may have a message.
bool is_ever_mailed(const std::string& kind);
// None when the row interests nobody; two when it is about what goes from one to another. Times are
// shown in the grid's zone.
std::vector<Message> messages_about(const Published& published, const SlotGrid& grid);
// The same of what is about no reservation: for operators.
std::vector<Message> messages_to_operators(const JournalRow& row, const SlotGrid& grid,
                                           const std::set<std::string>& operators);

}  // namespace berth
