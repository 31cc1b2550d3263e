#include "follow/archive_follower.hpp"

#include <chrono>

namespace berth {

namespace {

constexpr std::chrono::seconds pause_after_failure{30};

}  // namespace

ArchiveFollower::ArchiveFollower(Engine& engine, LauncherPort& launcher, ArchivePort& archive,
                                 ClockPort& clock, std::function<void(const std::string&)> report)
    : engine_(engine),
      launcher_(launcher),
      archive_(archive),
      clock_(clock),
      report_(std::move(report)),
      worker_(
          clock, [this] { return archive_ended(); }, report_),
      subscription_(engine.subscribe([this](const std::vector<Published>& rows) {
          for (const Published& published : rows) {
              if (published.row.kind == "reservation_ended") return worker_.wake();
          }
      })) {
    worker_.wake();  // for what ended before the subscription
}

ArchiveFollower::~ArchiveFollower() {
    engine_.unsubscribe(subscription_);
}

std::optional<Instant> ArchiveFollower::archive_ended() {
    std::optional<Instant> again;
    for (const AttemptStatus& status : launcher_.attempts()) {
        if (status.phase != AttemptStatus::Phase::ended) continue;
        std::shared_ptr<const Reservation> reservation;
        engine_.read([&](const View& view) {
            const auto found = view.share(status.id.reservation);
            // Until the engine has taken the end, the manifest would not tell the outcome.
            if (found != nullptr && (is_ended(found->state) || found->attempt > status.id.number)) {
                reservation = found;
            }
        });
        if (!reservation) continue;
        const ReservationId work_of = reservation->work_of.value_or(reservation->id);
        const auto kept = archive_.keep(*reservation, status.id, launcher_.log_file(status.id),
                                        launcher_.work_folder(work_of));
        if (kept) {
            launcher_.forget(status.id);
        } else {
            report_("archiving " + status.id.text() + " failed: " + kept.error());
            again = clock_.now() + pause_after_failure;
        }
    }
    return again;
}

}  // namespace berth
