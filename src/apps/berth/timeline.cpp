#include "apps/berth/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <map>

#include "apps/berth/table.hpp"
#include "apps/berth/times.hpp"

namespace berth::cli {

namespace {

constexpr char free_cell = '.';
constexpr char several_cell = '+';
constexpr char gone_cell = 'x';
constexpr std::string_view spare_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr char no_letter_left = '?';

// Dark letters on these backgrounds can be read on light and dark terminals alike.
constexpr std::array backgrounds{44, 42, 43, 45, 46, 41, 104, 102, 103, 105, 106, 101};

struct Team {
    char letter = no_letter_left;
    std::size_t number = 0;
    int bookings = 0;
    double gpu_hours = 0;
};
using Teams = std::map<std::string, Team>;

// A team's own initial where it is to be had, so that the picture is read without the legend.
Teams give_letters(const Timetable& table) {
    Teams teams;
    for (const Booking& booking : table.bookings) {
        Team& team = teams[booking.team];
        const Span seen{std::max(booking.held.from, table.window.from),
                        std::min(booking.held.to, table.window.to)};
        ++team.bookings;
        team.gpu_hours += std::chrono::duration<double, std::ratio<3600>>(seen.length()).count() *
                          static_cast<double>(booking.gpus.size());
    }
    std::string left(spare_letters);
    const auto take = [&](Team& team, std::size_t at) {
        if (at == std::string::npos) return;
        team.letter = left[at];
        left.erase(at, 1);
    };
    for (auto& [name, team] : teams) {
        const char initial =
            name.empty() ? '\0'
                         : static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
        take(team, left.find(initial));
    }
    std::size_t number = 0;
    for (auto& [name, team] : teams) {
        team.number = number++;
        if (team.letter == no_letter_left) take(team, left.empty() ? std::string::npos : 0);
    }
    return teams;
}

// How the window is divided into columns.
struct Columns {
    Slot first;
    int slots_each = 1;
    int count = 0;
    int a_day = 1;     // columns of a whole day
    bool bars = true;  // a bar before each day
    bool cut = false;  // the end of the window did not fit

    [[nodiscard]] Slot slot(int column) const { return first + column * slots_each; }
    [[nodiscard]] bool begins_day(int column) const {
        const int slots_a_day = a_day * slots_each;
        return ((slot(column).number % slots_a_day) + slots_a_day) % slots_a_day == 0;
    }
    [[nodiscard]] bool has_bar(int column) const {
        return column == 0 || (bars && begins_day(column));
    }
    [[nodiscard]] int width() const {
        int bars_drawn = 0;
        for (int column = 0; column < count; ++column) bars_drawn += has_bar(column) ? 1 : 0;
        return count + bars_drawn;
    }
};

Columns with_slots_each(const Window& window, int slots_a_day, int slots_each) {
    Columns columns;
    columns.slots_each = slots_each;
    columns.a_day = slots_a_day / slots_each;
    columns.bars = columns.a_day >= 3;
    const int into_group = ((window.first.number % slots_each) + slots_each) % slots_each;
    columns.first = window.first - into_group;
    columns.count = (window.last - columns.first + slots_each - 1) / slots_each;
    return columns;
}

// As many slots in a column as it takes, but never more than a day.
Columns fit_columns(const Span& window, const SlotGrid& grid, int width) {
    const Window slots = grid.covering(window);
    const int slots_a_day = static_cast<int>(std::chrono::hours(24) / grid.slot_length());
    Columns columns;
    for (int each = 1; each <= slots_a_day; ++each) {
        if (slots_a_day % each != 0) continue;
        columns = with_slots_each(slots, slots_a_day, each);
        if (columns.width() <= width) return columns;
    }
    columns.cut = true;
    while (columns.count > 1 && columns.width() > width) --columns.count;
    return columns;
}

class Drawing {
public:
    Drawing(const Timetable& table, const SlotGrid& grid, const TimelineOptions& options)
        : table_(table), grid_(grid), colours_(options.colours), teams_(give_letters(table)) {
        label_width_ = 3;
        for (const auto& gpu : table.gpus) {
            label_width_ = std::max(label_width_, display_width(gpu.id));
        }
        columns_ = fit_columns(table.window, grid, std::max(8, options.width - label_width_ - 1));
        for (int column = 0; column <= columns_.count; ++column) {
            edges_.push_back(grid.start_of(columns_.slot(column)));
        }
        by_gpu_.resize(table.gpus.size());
        for (const Booking& booking : table.bookings) {
            for (const std::size_t gpu : booking.gpus) by_gpu_[gpu].push_back(&booking);
        }
    }

    std::string draw() {
        std::string text = heading();
        for (std::size_t gpu = 0; gpu < table_.gpus.size(); ++gpu) {
            text += line(label(table_.gpus[gpu].id), cells_of(gpu), colours_);
        }
        return text + legend();
    }

private:
    [[nodiscard]] std::string label(const std::string& name) const {
        return name +
               std::string(static_cast<std::size_t>(label_width_ - display_width(name) + 1), ' ');
    }

    [[nodiscard]] std::string paint(std::string_view letters, std::size_t number) const {
        return fmt::format("\x1b[30;{}m{}\x1b[0m", backgrounds.at(number % backgrounds.size()),
                           letters);
    }

    // Puts the bars between the days, and the colours under the letters.
    [[nodiscard]] std::string line(const std::string& head, const std::string& cells,
                                   Colours colours) const {
        std::string text = head;
        for (std::size_t i = 0; i < cells.size();) {
            if (columns_.has_bar(static_cast<int>(i))) text += '|';
            std::size_t end = i + 1;
            while (end < cells.size() && cells[end] == cells[i] &&
                   !columns_.has_bar(static_cast<int>(end))) {
                ++end;
            }
            const std::string run = cells.substr(i, end - i);
            const auto* team = colours == Colours::yes ? team_of(cells[i]) : nullptr;
            text += team == nullptr ? run : paint(run, team->number);
            i = end;
        }
        text.erase(text.find_last_not_of(' ') + 1);
        return text + "\n";
    }

    [[nodiscard]] const Team* team_of(char letter) const {
        const char upper = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
        for (const auto& [name, team] : teams_) {
            if (team.letter == upper && letter != no_letter_left) return &team;
        }
        return nullptr;
    }

    [[nodiscard]] std::string cells_of(std::size_t gpu) const {
        std::string cells(static_cast<std::size_t>(columns_.count),
                          table_.gpus[gpu].healthy ? free_cell : gone_cell);
        std::vector<Duration> held(cells.size(), Duration(0));
        for (const Booking* booking : by_gpu_[gpu]) {
            const char letter = teams_.at(booking->team).letter;
            for (std::size_t i = first_column(booking->held.from); i < cells.size(); ++i) {
                if (edges_[i] >= booking->held.to) break;
                const bool other = held[i] > Duration(0) && cells[i] != letter;
                held[i] += std::min(booking->held.to, edges_[i + 1]) -
                           std::max(booking->held.from, edges_[i]);
                cells[i] = other ? several_cell : letter;
            }
        }
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const bool partly = held[i] > Duration(0) && held[i] < edges_[i + 1] - edges_[i];
            if (partly)
                cells[i] = static_cast<char>(std::tolower(static_cast<unsigned char>(cells[i])));
        }
        return cells;
    }

    [[nodiscard]] std::size_t first_column(Instant from) const {
        const auto after = std::ranges::upper_bound(edges_, from);
        return after == edges_.begin() ? 0 : static_cast<std::size_t>(after - edges_.begin()) - 1;
    }

    // Writes a word over the cells from `column` on, when it fits before the next one.
    static void write(std::string& cells, int column, const std::string& word, int room) {
        const auto at = static_cast<std::size_t>(column);
        if (static_cast<int>(word.size()) > room || at + word.size() > cells.size()) return;
        cells.replace(at, word.size(), word);
    }

    [[nodiscard]] std::string day_names() const {
        std::string cells(static_cast<std::size_t>(columns_.count), ' ');
        int next = 0;
        int free_from = 0;
        for (int column = 0; column < columns_.count; column = next) {
            next = column + 1;
            while (next < columns_.count && !columns_.begins_day(next)) ++next;
            const Instant start = edges_[static_cast<std::size_t>(column)];
            const std::string whole = short_time(start, grid_).substr(0, 10);  // "Mon 30 Nov"
            // Without bars between the days a space keeps their names apart.
            const int room = next - column - (columns_.bars ? 0 : 1);
            if (columns_.bars || column >= free_from) {
                for (const auto& name : {whole, whole.substr(0, 6), whole.substr(4, 2)}) {
                    if (static_cast<int>(name.size()) > std::max(room, 2)) continue;
                    write(cells, column, name, std::max(room, 2));
                    free_from = column + static_cast<int>(name.size()) + 1;
                    break;
                }
            }
        }
        return cells;
    }

    // Every few hours, where three columns or more lie between.
    [[nodiscard]] std::string hours() const {
        std::string cells(static_cast<std::size_t>(columns_.count), ' ');
        for (const int step : {1, 2, 3, 4, 6, 12}) {
            if (columns_.a_day * step / 24 < 3) continue;
            for (int column = 0; column < columns_.count; ++column) {
                int hour = 0;
                int minute = 0;
                const std::string clock =
                    short_time(edges_[static_cast<std::size_t>(column)], grid_).substr(11);
                std::from_chars(clock.data(), clock.data() + 2, hour);
                std::from_chars(clock.data() + 3, clock.data() + 5, minute);
                if (minute == 0 && hour % step == 0)
                    write(cells, column, fmt::format("{}", hour), 2);
            }
            return cells;
        }
        return "";
    }

    [[nodiscard]] std::string heading() const {
        std::string text = line(label("GPU"), day_names(), Colours::no);
        if (const auto marks = hours(); !marks.empty()) text += line(label(""), marks, Colours::no);
        if (table_.now >= edges_.front() && table_.now < edges_.back()) {
            std::string cells(static_cast<std::size_t>(columns_.count), ' ');
            cells[first_column(table_.now)] = 'v';
            text += line(label("now"), cells, Colours::no);
        }
        return text;
    }

    [[nodiscard]] std::string legend() const {
        std::vector<std::vector<std::string>> rows;
        for (const auto& [name, team] : teams_) {
            const std::string letter(1, team.letter);
            rows.push_back(
                {colours_ == Colours::yes ? paint(letter, team.number) : letter,
                 name.empty() ? "(no team)" : name,
                 fmt::format("{} booking{}", team.bookings, team.bookings == 1 ? "" : "s"),
                 fmt::format("{:.4g} GPU-hours", team.gpu_hours)});
        }
        const int minutes = static_cast<int>(grid_.slot_length().count()) * columns_.slots_each;
        std::string text = format_table(rows);
        text += fmt::format(
            ". free   lower case: only part of it   + several teams   x out of service\n"
            "a column is {}, in {}\n",
            length_text(std::chrono::minutes(minutes)), grid_.zone_name());
        if (columns_.cut) {
            text += fmt::format("cut at {}: give --to, or a wider terminal\n",
                                short_time(edges_.back(), grid_));
        }
        return text;
    }

    const Timetable& table_;
    const SlotGrid& grid_;
    Colours colours_;
    Teams teams_;
    int label_width_ = 0;
    Columns columns_;
    std::vector<Instant> edges_;  // of the columns, the end of the last included
    std::vector<std::vector<const Booking*>> by_gpu_;
};

}  // namespace

std::string draw_timeline(const Timetable& table, const SlotGrid& grid,
                          const TimelineOptions& options) {
    return Drawing(table, grid, options).draw();
}

}  // namespace berth::cli
