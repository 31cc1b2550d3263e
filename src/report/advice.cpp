#include "report/advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "report/load.hpp"
#include "report/statistics.hpp"

namespace berth {

namespace {

bool is_working_hour(std::size_t of_week) {
    const std::size_t day = of_week / 24;  // 0 is Monday
    const std::size_t hour = of_week % 24;
    return day < 5 && hour >= 9 && hour < 21;
}

double busiest_share_of(const Shares& booked) {
    std::vector<double> shares;
    for (std::size_t hour = 0; hour < booked.size(); ++hour) {
        if (is_working_hour(hour) && booked[hour]) shares.push_back(*booked[hour]);
    }
    if (shares.empty()) return 0;
    std::ranges::sort(shares, std::greater());
    const std::size_t quarter = std::max<std::size_t>(1, shares.size() / 4);
    double sum = 0;
    for (std::size_t i = 0; i < quarter; ++i) sum += shares[i];
    return sum / static_cast<double>(quarter);
}

double highest_share_of(const Shares& booked) {
    double highest = 0;
    for (const auto& share : booked) highest = std::max(highest, share.value_or(0));
    return highest;
}

int percent(double share) {
    return static_cast<int>(share * 100 + 0.5);
}

std::string hours_text(const Advice& advice) {
    const double hours = advice.median_wait_hours.value_or(0);
    return hours < 10 ? fmt::format("{:.1f}", hours) : fmt::format("{:.0f}", hours);
}

AdviceKind kind_of(const Advice& advice) {
    if (advice.wishes == 0) return AdviceKind::enough;
    const bool is_full = advice.busiest_share >= full_share;
    return is_full && advice.booked_share >= much_of_the_week ? AdviceKind::buy
                                                              : AdviceKind::spread;
}

std::string english(const Advice& advice) {
    const std::string waited =
        advice.wishes == 1
            ? fmt::format("1 wish waited {} h", hours_text(advice))
            : fmt::format("{} wishes waited {} h at the median", advice.wishes, hours_text(advice));
    switch (advice.kind) {
        case AdviceKind::buy:
            return fmt::format(
                "{}: {} % booked in the busiest quarter of Mon-Fri 9-21, {}: {} more would have "
                "cleared it.",
                advice.model, percent(advice.busiest_share), waited, advice.more_gpus);
        case AdviceKind::spread:
            return fmt::format(
                "{}: {}, though only {} % of the whole week was booked: there is room at other "
                "hours, or for fewer GPUs at once.",
                advice.model, waited, percent(advice.booked_share));
        case AdviceKind::enough:
            break;
    }
    if (advice.highest_share == 0) return advice.model + ": nobody booked any.";
    if (advice.highest_share < full_share) {
        return fmt::format("{}: never above {} %: no more needed.", advice.model,
                           percent(advice.highest_share));
    }
    return fmt::format("{}: up to {} % booked, yet nobody waited: no more needed now.",
                       advice.model, percent(advice.highest_share));
}

std::string chinese(const Advice& advice) {
    const std::string waited =
        advice.wishes == 1
            ? fmt::format("1 个需求等待了 {} 小时", hours_text(advice))
            : fmt::format("{} 个需求等待，中位数 {} 小时", advice.wishes, hours_text(advice));
    switch (advice.kind) {
        case AdviceKind::buy:
            return fmt::format(
                "{}：周一至周五 9–21 点最忙的四分之一时段已预约 {}%，{}；再有 {} 张即可全部满足。",
                advice.model, percent(advice.busiest_share), waited, advice.more_gpus);
        case AdviceKind::spread:
            return fmt::format("{}：{}，而整周只预约了 {}%：换个时段，或一次少用几张，就有空位。",
                               advice.model, waited, percent(advice.booked_share));
        case AdviceKind::enough:
            break;
    }
    if (advice.highest_share == 0) return advice.model + "：这段时间没有人预约。";
    if (advice.highest_share < full_share) {
        return fmt::format("{}：预约率从未超过 {}%，无需再购。", advice.model,
                           percent(advice.highest_share));
    }
    return fmt::format("{}：最高预约到 {}%，但无人等待，目前无需再购。", advice.model,
                       percent(advice.highest_share));
}

void count_wishes(const Record& record, Advice& advice) {
    std::vector<double> waits;
    Load wished;
    for (const Wish& wish : record.wishes()) {
        const Duration waited = wish.waited(record.now());
        if (wish.model != advice.model || waited < worth_counting) continue;
        waits.push_back(hours_in(waited));
        wished.add(wish.wanted, wish.gpus);
        advice.wished_gpu_hours += wish.gpu_hours();
    }
    advice.wishes = static_cast<int>(waits.size());
    advice.wished_gpu_hours = to_hundredths(advice.wished_gpu_hours);
    if (const auto middle = median(waits)) advice.median_wait_hours = to_hundredths(*middle);
    advice.more_gpus = wished.most_at_once();
}

bool is_more_urgent(const Advice& a, const Advice& b) {
    if (a.kind != b.kind) return a.kind < b.kind;
    const auto weight = [](const Advice& advice) {
        return advice.kind == AdviceKind::enough ? advice.busiest_share : advice.wished_gpu_hours;
    };
    if (weight(a) != weight(b)) return weight(a) > weight(b);
    return a.model < b.model;
}

}  // namespace

std::vector<Advice> make_advice(const Record& record, const HeatMap& by_model) {
    std::vector<Advice> all;
    for (const HeatRow& row : by_model.rows) {
        if (!row.booked_share) continue;  // none were there
        Advice advice;
        advice.model = row.name;
        advice.gpus = row.gpus;
        advice.busiest_share = busiest_share_of(row.booked);
        advice.highest_share = highest_share_of(row.booked);
        advice.booked_share = *row.booked_share;
        count_wishes(record, advice);
        advice.kind = kind_of(advice);
        if (advice.kind != AdviceKind::buy) advice.more_gpus = 0;
        advice.text = {.en = english(advice), .zh = chinese(advice)};
        all.push_back(std::move(advice));
    }
    std::ranges::stable_sort(all, is_more_urgent);
    return all;
}

}  // namespace berth
