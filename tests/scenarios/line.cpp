#include "scenarios/line.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace berth::test {

namespace {

using std::runtime_error;

constexpr std::chrono::local_days monday{std::chrono::year{2026} / 11 / 30};

}  // namespace

Line::Line(std::string text) {
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (c == '#') return;
        if (std::isspace(static_cast<unsigned char>(c)) != 0) {
            ++i;
        } else if (c == '"') {
            const auto close = text.find('"', i + 1);
            if (close == std::string::npos) throw runtime_error("a quote is not closed");
            words_.push_back({text.substr(i + 1, close - i - 1), true});
            i = close + 1;
        } else {
            const auto end = std::min(text.find_first_of(" \t", i), text.size());
            words_.push_back({text.substr(i, end - i), false});
            i = end;
        }
    }
}

std::string Line::peek() const {
    return at_end() ? "" : words_[next_].text;
}

std::string Line::take() {
    if (at_end()) throw runtime_error("the line ends too early");
    return words_[next_++].text;
}

bool Line::take_if(std::initializer_list<std::string_view> words) {
    if (words_.size() - next_ < words.size()) return false;
    const auto from = words_.begin() + static_cast<std::ptrdiff_t>(next_);
    const bool comes =
        std::equal(words.begin(), words.end(), from,
                   [](std::string_view wanted, const Word& word) { return wanted == word.text; });
    if (comes) next_ += words.size();
    return comes;
}

void Line::take_expected(std::initializer_list<std::string_view> words) {
    for (const std::string_view word : words) {
        if (!take_if(word)) {
            throw runtime_error("here \"" + std::string(word) + "\" should stand, not \"" + peek() +
                                "\"");
        }
    }
}

std::string Line::take_text() {
    return take();
}

std::string Line::take_rest() {
    std::string rest;
    while (!at_end()) rest += (rest.empty() ? "" : " ") + take();
    return rest;
}

void Line::expect_end() const {
    if (!at_end()) throw runtime_error("\"" + peek() + "\" is not understood here");
}

int to_number(const std::string& word) {
    try {
        std::size_t used = 0;
        const int value = std::stoi(word, &used);
        if (used == word.size()) return value;
    } catch (const std::logic_error&) {
    }
    throw runtime_error("not a number: " + word);
}

std::chrono::milliseconds take_length(Line& line) {
    const std::string word = line.take();
    try {
        std::size_t used = 0;
        const double value = std::stod(word, &used);
        const std::string unit = word.substr(used);
        const double scale = unit == "h" ? 3'600'000 : unit == "m" ? 60'000 : 1'000;
        if (unit == "h" || unit == "m" || unit == "s") {
            return std::chrono::milliseconds(static_cast<std::int64_t>(value * scale));
        }
    } catch (const std::logic_error&) {
    }
    throw runtime_error("a length looks like 32h, 30m or 60s, not " + word);
}

double take_hours(Line& line) {
    return static_cast<double>(take_length(line).count()) / 3'600'000.0;
}

Instant take_time(Line& line, const SlotGrid& grid) {
    static constexpr std::array days{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const std::string day_word = line.take();
    const auto day = std::ranges::find(days, day_word.substr(0, 3));
    const bool has_week = day_word.size() > 3;
    if (day == days.end() || (has_week && day_word[3] != '+')) {
        throw runtime_error("a time looks like wed 20:00, not " + day_word);
    }
    const int week = has_week ? to_number(day_word.substr(4)) : 0;
    const std::string clock_word = line.take();
    if (clock_word.size() != 5 || clock_word[2] != ':') {
        throw runtime_error("a time of day looks like 20:00, not " + clock_word);
    }
    const auto local = monday + std::chrono::days((day - days.begin()) + 7 * week) +
                       std::chrono::hours(to_number(clock_word.substr(0, 2))) +
                       std::chrono::minutes(to_number(clock_word.substr(3, 2)));
    const auto instant = grid.from_local(local);
    if (!instant) throw runtime_error(instant.error());
    return *instant;
}

ReservationId take_id(Line& line) {
    const auto parsed = ReservationId::parse(line.take());
    if (!parsed) throw runtime_error(parsed.error());
    return *parsed;
}

std::vector<std::string> split_list(const std::string& words) {
    std::vector<std::string> found;
    for (std::size_t i = 0; i <= words.size();) {
        const auto comma = std::min(words.find(',', i), words.size());
        found.push_back(words.substr(i, comma - i));
        i = comma + 1;
    }
    return found;
}

std::string join(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ",") + word;
    return text.empty() ? "nothing" : text;
}

Instant first_moment(const SlotGrid& grid) {
    return grid.from_local(monday + std::chrono::seconds(0)).value();
}

}  // namespace berth::test
