#include "api/curves.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "json/field_error.hpp"

namespace berth {

namespace {

using Values = std::vector<std::pair<std::string, double>>;

bool is_about_progress(std::string_view name) {
    static constexpr std::array<std::string_view, 7> known{
        "epoch",         "epochs",      "start_epoch", "elapsed_seconds",
        "epoch_seconds", "eta_seconds", "images"};
    return std::ranges::find(known, name) != known.end();
}

void add(Values& values, std::string name, const boost::json::value& value) {
    if (!value.is_number() || values.size() == most_values) return;
    const bool is_there =
        std::ranges::any_of(values, [&](const auto& v) { return v.first == name; });
    if (!is_there) values.emplace_back(std::move(name), value.to_number<double>());
}

std::optional<std::int64_t> epoch_of(const boost::json::object& report) {
    const auto* value = report.if_contains("epoch");
    if (value == nullptr || !value->is_number()) return std::nullopt;
    boost::json::error_code error;
    const auto epoch = value->to_number<std::int64_t>(error);
    if (error || epoch < 0) return std::nullopt;
    return epoch;
}

bool is_wanted(const CurvesWanted& wanted, std::optional<std::int64_t> epoch) {
    if (!wanted.after_epoch) return true;
    return epoch && static_cast<std::uint64_t>(*epoch) > *wanted.after_epoch;
}

// Gathers one reservation's points.
class Gathering {
public:
    explicit Gathering(const CurvesWanted& wanted) : wanted_(wanted) {}

    void add(const Progress& progress) {
        if (wanted_.attempt && std::cmp_not_equal(*wanted_.attempt, progress.attempt)) return;
        const auto document = json::read(progress.body);
        if (!document || !document->is_object()) return;
        const auto& report = document->get_object();
        const auto values = measured_values(report);
        const auto epoch = epoch_of(report);
        if (values.empty() || !is_wanted(wanted_, epoch)) return;
        for (const auto& [name, value] : values) {
            if (known_names_.insert(name).second) curves_.names.push_back(name);
        }
        place_for(progress.attempt, epoch) = {progress.at, epoch, {values.begin(), values.end()}};
    }

    Curves finish() {
        for (Attempt& attempt : attempts_) {
            attempt.curves.total = attempt.curves.points.size();
            thin(attempt.curves.points);
            curves_.attempts.push_back(std::move(attempt.curves));
        }
        std::ranges::sort(curves_.attempts, {}, &AttemptCurves::attempt);
        return std::move(curves_);
    }

private:
    struct Attempt {
        AttemptCurves curves;
        std::unordered_map<std::int64_t, std::size_t> place_of_epoch;
    };

    Attempt& attempt(int number) {
        const auto found = std::ranges::find(attempts_, number,
                                             [](const Attempt& one) { return one.curves.attempt; });
        if (found != attempts_.end()) return *found;
        attempts_.emplace_back().curves.attempt = number;
        return attempts_.back();
    }

    CurvePoint& place_for(int number, std::optional<std::int64_t> epoch) {
        Attempt& in = attempt(number);
        auto& points = in.curves.points;
        if (!epoch) return points.emplace_back();
        const auto [place, is_new] = in.place_of_epoch.emplace(*epoch, points.size());
        return is_new ? points.emplace_back() : points[place->second];
    }

    static void thin(std::vector<CurvePoint>& points) {
        const std::size_t all = points.size();
        if (all <= most_points) return;
        for (std::size_t i = 1; i < most_points; ++i) {
            const std::size_t from = i * (all - 1) / (most_points - 1);
            if (from != i) points[i] = std::move(points[from]);
        }
        points.resize(most_points);
    }

    const CurvesWanted& wanted_;
    Curves curves_;
    std::unordered_set<std::string> known_names_;
    std::vector<Attempt> attempts_;
};

}  // namespace

Values measured_values(const boost::json::object& report) {
    Values values;
    for (const std::string_view group : {"losses", "metrics"}) {
        const auto* found = report.if_contains(group);
        if (found == nullptr || !found->is_object()) continue;
        for (const auto& [key, value] : found->get_object()) {
            const std::string_view name = key;
            const bool has_group = name.contains('/');
            add(values,
                has_group ? std::string(name) : std::string(group) + "/" + std::string(name),
                value);
        }
    }
    for (const auto& [key, value] : report) {
        if (!is_about_progress(key)) add(values, std::string(key), value);
    }
    return values;
}

Curves curves_of(const std::vector<Progress>& reports, const CurvesWanted& wanted) {
    Gathering gathering(wanted);
    for (const Progress& report : reports) gathering.add(report);
    return gathering.finish();
}

}  // namespace berth
