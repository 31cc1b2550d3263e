// One line of a scenario, read word by word from the left. Whatever is not understood throws
// std::runtime_error with a sentence for the line's author.
#pragma once

#include <boost/describe.hpp>
#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "booking/reservation.hpp"
#include "time/slot_grid.hpp"

namespace berth::test {

class Line {
public:
    explicit Line(std::string text);

    [[nodiscard]] bool is_empty() const { return words_.empty(); }
    [[nodiscard]] bool at_end() const { return next_ == words_.size(); }
    // Empty at the end.
    [[nodiscard]] std::string peek() const;
    std::string take();
    // Takes these words if they come next.
    bool take_if(std::initializer_list<std::string_view> words);
    bool take_if(std::string_view word) { return take_if({word}); }
    void take_expected(std::initializer_list<std::string_view> words);
    // A text in quotes, or one word.
    std::string take_text();
    // All words that are left.
    std::string take_rest();
    void expect_end() const;

private:
    struct Word {
        std::string text;
        bool quoted = false;
    };
    std::vector<Word> words_;
    std::size_t next_ = 0;
};

int to_number(const std::string& word);
// "30m", "8h", "60s", "1.5h"
std::chrono::milliseconds take_length(Line& line);
double take_hours(Line& line);
// "wed 20:00" of the scenario's week, "wed+1 20:00" of the week after
Instant take_time(Line& line, const SlotGrid& grid);
ReservationId take_id(Line& line);
// "a,b,c"
std::vector<std::string> split_list(const std::string& words);
std::string join(const std::vector<std::string>& words);

// Monday, 00:00 in the site's zone, of the week in which scenarios play.
Instant first_moment(const SlotGrid& grid);

template <class Enum>
std::string name_of(Enum value) {
    return boost::describe::enum_to_string(value, "?");
}

template <class Enum>
Enum to_enum(const std::string& word) {
    Enum value{};
    if (!boost::describe::enum_from_string(word.c_str(), value)) {
        throw std::runtime_error("there is no \"" + word + "\" to choose");
    }
    return value;
}

}  // namespace berth::test
