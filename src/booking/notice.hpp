// What a job and its owner are told when GPUs are to be taken back from them, in English and in
// Chinese at once.
//
//     notice_words(reservation, *reservation.notice, deadline - now).both()
#pragma once

#include <string>

#include "booking/reservation.hpp"

namespace berth {

struct NoticeWords {
    std::string english;
    std::string chinese;

    [[nodiscard]] std::string both() const { return english + " " + chinese; }
};

// `left`: until the deadline.
NoticeWords notice_words(const Reservation& reservation, const Notice& notice, Duration left);

// True when its job is to leave but has its GPUs until the end of its hold, as its notice said.
// What was cancelled or released by a person is stopped at once instead.
bool may_stay_until_end(const Reservation& reservation);

}  // namespace berth
