#include "follow/snapshot_follower.hpp"

#include <algorithm>
#include <future>

#include "engine/look_up.hpp"
#include "engine/snapshot.hpp"

namespace berth {

namespace {

SnapshotContents copy_of_state(Engine& engine) {
    std::promise<SnapshotContents> promise;
    auto future = promise.get_future();
    engine.consult([&](Consultation& consultation) {
        promise.set_value(SnapshotContents(consultation.state()));
    });
    return future.get();
}

}  // namespace

SnapshotFollower::SnapshotFollower(Engine& engine, SnapshotPort& store, ClockPort& clock,
                                   SnapshotPolicy policy,
                                   std::function<void(const std::string&)> report)
    : engine_(engine),
      store_(store),
      policy_(policy),
      report_(std::move(report)),
      rows_since_(engine.rows_recovered()),
      rows_wanted_(policy.rows),
      worker_(
          clock,
          [this] {
              take(rows_wanted_);
              return std::nullopt;
          },
          report_),
      subscription_(engine.subscribe([this](const std::vector<Published>& rows) {
          rows_since_ += rows.size();
          if (rows_since_ >= rows_wanted_) worker_.wake();
      })) {}

SnapshotFollower::~SnapshotFollower() {
    engine_.unsubscribe(subscription_);
}

void SnapshotFollower::finish() {
    take(policy_.rows_at_stop);
}

void SnapshotFollower::take(std::uint64_t rows_worth_it) {
    const std::lock_guard lock(taking_);
    if (rows_since_ < rows_worth_it) return;
    const std::uint64_t covered = rows_since_;
    const SnapshotContents contents = copy_of_state(engine_);
    const auto kept = store_.keep({contents.view.last_sequence, encode_snapshot(contents)});
    // Also after a failure the next attempt waits its turn: a full disk is not helped by hurry.
    rows_since_ -= covered;
    rows_wanted_ = std::max<std::uint64_t>(policy_.rows, contents.view.reservations.size() / 4);
    if (!kept) return report_("no snapshot was taken: " + kept.error());
    (void)engine_.ask({.actor = system_actor,
                       .reason = {},
                       .idempotency_key = {},
                       .body_hash = {},
                       .command = RecordSnapshot{*kept}});
}

}  // namespace berth
