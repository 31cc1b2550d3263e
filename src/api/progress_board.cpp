#include "api/progress_board.hpp"

#include <boost/json.hpp>

#include "json/field_error.hpp"

namespace berth {

namespace {

std::optional<std::int64_t> whole_number(const boost::json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    boost::json::error_code error;
    const auto number = value->to_number<std::int64_t>(error);
    if (error || number < 0) return std::nullopt;
    return number;
}

}  // namespace

std::optional<EpochProgress> epoch_progress(const std::string& report) {
    const auto document = json::read(report);
    if (!document || !document->is_object()) return std::nullopt;
    const auto& object = document->get_object();
    const auto epoch = whole_number(object, "epoch");
    const auto epochs = whole_number(object, "epochs");
    if (!epoch || !epochs) return std::nullopt;
    EpochProgress progress{*epoch, *epochs, std::nullopt, report};
    const auto* eta = object.if_contains("eta_seconds");
    if (eta != nullptr && eta->is_number()) progress.eta_seconds = eta->to_number<double>();
    return progress;
}

std::optional<EpochProgress> ProgressBoard::report(const Progress& progress) {
    store_.save(progress);
    auto seen = epoch_progress(progress.body);
    if (!seen) return seen;
    const std::lock_guard lock(mutex_);
    latest_[progress.reservation] = seen;
    ++version_;
    return seen;
}

std::optional<EpochProgress> ProgressBoard::latest(ReservationId id) {
    const std::lock_guard lock(mutex_);
    if (const auto found = latest_.find(id); found != latest_.end()) return found->second;
    std::optional<EpochProgress> last;
    const auto reports = store_.of(id);
    for (auto report = reports.rbegin(); report != reports.rend() && !last; ++report) {
        last = epoch_progress(report->body);
    }
    latest_.emplace(id, last);
    return last;
}

}  // namespace berth
