// What an event means to people, in English and in Chinese: the subject and the sentences of a
// message, and who gets it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "booking/event.hpp"
#include "engine/journal_port.hpp"
#include "time/slot_grid.hpp"

namespace berth {

struct Words {
    std::string english;
    std::string chinese;
};

struct Told {
    Words subject;
    Words body;
    std::vector<std::string> to = {};  // users; none: the reservation's owner
};

// What happened, to which reservation (as it stands by now), and by whom.
struct Happening {
    const Event& event;
    const JournalRow& row;
    const Reservation& reservation;
    const SlotGrid& grid;  // whose zone times are shown in
};

// Nothing when it is no news to anybody.
std::optional<Told> words_about(const Happening& happening);

}  // namespace berth
