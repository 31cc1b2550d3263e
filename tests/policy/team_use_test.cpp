// A team's use against a model that counts hour by hour.
#include "policy/team_use.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>

namespace berth {

namespace {

using namespace std::chrono_literals;

constexpr int hours = 60;  // of the model's time

Instant at(int hour) {
    return Instant{} + std::chrono::hours(hour);
}

struct Piece {
    int from;
    int to;
    int gpus;
};

Piece any_piece() {
    const int from = *rc::gen::inRange(0, hours - 1);
    return {from, *rc::gen::inRange(from + 1, hours), *rc::gen::inRange(1, 9)};
}

// How many GPUs are held in each hour.
class Model {
public:
    void add(const Piece& piece, int sign) {
        for (int hour = piece.from; hour < piece.to; ++hour) {
            held_[static_cast<std::size_t>(hour)] += sign * piece.gpus;
        }
    }
    [[nodiscard]] int sum(int from, int to) const {
        int total = 0;
        for (int hour = std::max(from, 0); hour < std::min(to, hours); ++hour) {
            total += held_[static_cast<std::size_t>(hour)];
        }
        return total;
    }
    [[nodiscard]] int most(int from, int to) const {
        return *std::max_element(held_.begin() + from, held_.begin() + to);
    }
    [[nodiscard]] int busiest(int from, int to, int length) const {
        int most = 0;
        for (int start = from - length; start <= to; ++start) {
            most = std::max(most, sum(start, start + length));
        }
        return most;
    }

private:
    std::array<int, hours> held_{};
};

RC_GTEST_PROP(TeamUse, answers_like_a_count_of_every_hour, ()) {
    TeamUse use;
    Model model;
    std::vector<Piece> pieces;
    const int changes = *rc::gen::inRange(0, 20);
    for (int i = 0; i < changes; ++i) {
        if (!pieces.empty() && *rc::gen::inRange(0, 3) == 0) {
            const Piece gone = pieces.back();
            pieces.pop_back();
            use.remove({at(gone.from), at(gone.to)}, gone.gpus);
            model.add(gone, -1);
        } else {
            pieces.push_back(any_piece());
            use.add({at(pieces.back().from), at(pieces.back().to)}, pieces.back().gpus);
            model.add(pieces.back(), 1);
        }
    }
    const Piece asked = any_piece();
    const Span span{at(asked.from), at(asked.to)};
    RC_ASSERT(use.gpu_hours(span) == model.sum(asked.from, asked.to));
    RC_ASSERT(use.most_at_once(span) == model.most(asked.from, asked.to));
    const int length = *rc::gen::inRange(1, 30);
    const auto busiest = use.busiest(span, std::chrono::hours(length));
    RC_ASSERT(busiest.gpu_hours == model.busiest(asked.from, asked.to, length));
    RC_ASSERT(use.gpu_hours(busiest.window) == busiest.gpu_hours);
    RC_ASSERT(busiest.window.length() == std::chrono::hours(length));
}

TEST(TeamUse, windows_that_touch_are_not_held_at_once) {
    TeamUse use;
    use.add({at(0), at(2)}, 4);
    use.add({at(2), at(4)}, 3);
    EXPECT_EQ(use.most_at_once({at(0), at(4)}), 4);
    EXPECT_EQ(use.most_at_once({at(2), at(4)}), 3);
    EXPECT_EQ(use.most_at_once({at(4), at(6)}), 0);
}

TEST(TeamUse, a_piece_of_an_hour_counts_as_a_piece) {
    TeamUse use;
    use.add({at(0) + 30min, at(1)}, 2);
    EXPECT_DOUBLE_EQ(use.gpu_hours({at(0), at(5)}), 1);
}

}  // namespace

}  // namespace berth
