#include "booking/event.hpp"

#include <utility>

#include "booking/fleet_json.hpp"
#include "booking/overloaded.hpp"
#include "json/text.hpp"

namespace berth {

BOOST_DESCRIBE_STRUCT(FleetDeclared, (), (gpus))
BOOST_DESCRIBE_STRUCT(ReservationConfirmed, (), (reservation))
BOOST_DESCRIBE_STRUCT(ReservationChanged, (), (id, title, gpus, start, end, asked, booked_end))
BOOST_DESCRIBE_STRUCT(ReservationStarting, (), (id, attempt))
BOOST_DESCRIBE_STRUCT(ReservationRunning, (), (id, started_at, check_in_by))
BOOST_DESCRIBE_STRUCT(ReservationReleasing, (), (id, outcome, detail, deadline))
BOOST_DESCRIBE_STRUCT(ReservationEnded, (), (id, state, ended_at, exit_code, detail))
BOOST_DESCRIBE_STRUCT(CheckpointSaved, (), (id, checkpoint))
BOOST_DESCRIBE_ENUM(MoveCause, overrun, gpu_down, maintenance, victims_left)
BOOST_DESCRIBE_STRUCT(ReservationWaitlisted, (), (reservation))
BOOST_DESCRIBE_STRUCT(JobQueued, (), (reservation))
BOOST_DESCRIBE_STRUCT(WindowOffered, (), (id, gpus, start, end, answer_by))
BOOST_DESCRIBE_STRUCT(WindowBooked, (), (id, gpus, start, end))
BOOST_DESCRIBE_STRUCT(ReservationMoved, (), (id, gpus, start, end, cause, why))
BOOST_DESCRIBE_STRUCT(ReservationDisplaced, (), (id, by, why))
BOOST_DESCRIBE_STRUCT(OverrunGranted, (), (id, until))
BOOST_DESCRIBE_STRUCT(ReservationOverrunning, (), (id))
BOOST_DESCRIBE_STRUCT(NoticeGiven, (), (id, notice))
BOOST_DESCRIBE_STRUCT(NoticeWithdrawn, (), (id))
BOOST_DESCRIBE_STRUCT(EvictionPlanned, (), (id, by, at))
BOOST_DESCRIBE_STRUCT(EvictionCalledOff, (), (id, end))
BOOST_DESCRIBE_STRUCT(ReservationContinued, (), (id, continued_by))
BOOST_DESCRIBE_STRUCT(ReservationTransferred, (), (id, owner, team, from))
BOOST_DESCRIBE_STRUCT(TransferOffered, (), (id, to))
BOOST_DESCRIBE_STRUCT(TransferDeclined, (), (id))
BOOST_DESCRIBE_STRUCT(CheckedIn, (), (id, at))
BOOST_DESCRIBE_STRUCT(UseChanged, (), (id, idle_since))
BOOST_DESCRIBE_STRUCT(ExpectedEndChanged, (), (id, expected_end))
BOOST_DESCRIBE_STRUCT(ReservationTroubled, (), (id, trouble, waiting_for))
BOOST_DESCRIBE_STRUCT(GpuHealthChanged, (), (gpus, health))
BOOST_DESCRIBE_STRUCT(PreflightReported, (), (id, findings))
BOOST_DESCRIBE_STRUCT(GpuSwap, (), (assumed, real))
BOOST_DESCRIBE_STRUCT(GpusSwapped, (), (id, swaps, by))
BOOST_DESCRIBE_STRUCT(OccupantCame, (), (occupant, in_the_way_of))
BOOST_DESCRIBE_STRUCT(OccupantLeft, (), (occupant))
BOOST_DESCRIBE_STRUCT(SnapshotTaken, (), (through, row_hash, digest))

namespace {

template <class T>
constexpr const char* kind_of = nullptr;
template <>
constexpr const char* kind_of<FleetDeclared> = "fleet_declared";
template <>
constexpr const char* kind_of<ReservationConfirmed> = "reservation_confirmed";
template <>
constexpr const char* kind_of<ReservationChanged> = "reservation_changed";
template <>
constexpr const char* kind_of<ReservationStarting> = "reservation_starting";
template <>
constexpr const char* kind_of<ReservationRunning> = "reservation_running";
template <>
constexpr const char* kind_of<ReservationReleasing> = "reservation_releasing";
template <>
constexpr const char* kind_of<ReservationEnded> = "reservation_ended";
template <>
constexpr const char* kind_of<CheckpointSaved> = "checkpoint_saved";
template <>
constexpr const char* kind_of<ReservationWaitlisted> = "reservation_waitlisted";
template <>
constexpr const char* kind_of<JobQueued> = "job_queued";
template <>
constexpr const char* kind_of<WindowOffered> = "window_offered";
template <>
constexpr const char* kind_of<WindowBooked> = "window_booked";
template <>
constexpr const char* kind_of<ReservationMoved> = "reservation_moved";
template <>
constexpr const char* kind_of<ReservationDisplaced> = "reservation_displaced";
template <>
constexpr const char* kind_of<OverrunGranted> = "overrun_granted";
template <>
constexpr const char* kind_of<ReservationOverrunning> = "reservation_overrunning";
template <>
constexpr const char* kind_of<NoticeGiven> = "notice_given";
template <>
constexpr const char* kind_of<NoticeWithdrawn> = "notice_withdrawn";
template <>
constexpr const char* kind_of<EvictionPlanned> = "eviction_planned";
template <>
constexpr const char* kind_of<EvictionCalledOff> = "eviction_called_off";
template <>
constexpr const char* kind_of<ReservationContinued> = "reservation_continued";
template <>
constexpr const char* kind_of<ReservationTransferred> = "reservation_transferred";
template <>
constexpr const char* kind_of<TransferOffered> = "transfer_offered";
template <>
constexpr const char* kind_of<TransferDeclined> = "transfer_declined";
template <>
constexpr const char* kind_of<CheckedIn> = "checked_in";
template <>
constexpr const char* kind_of<UseChanged> = "use_changed";
template <>
constexpr const char* kind_of<ExpectedEndChanged> = "expected_end_changed";
template <>
constexpr const char* kind_of<ReservationTroubled> = "reservation_troubled";
template <>
constexpr const char* kind_of<GpuHealthChanged> = "gpu_health_changed";
template <>
constexpr const char* kind_of<PreflightReported> = "preflight_reported";
template <>
constexpr const char* kind_of<GpusSwapped> = "gpus_swapped";
template <>
constexpr const char* kind_of<OccupantCame> = "occupant_came";
template <>
constexpr const char* kind_of<OccupantLeft> = "occupant_left";
template <>
constexpr const char* kind_of<SnapshotTaken> = "snapshot_taken";

template <class T>
std::expected<Event, std::string> decode_as(std::string_view bytes) {
    auto value = json::read(bytes);
    if (!value) return std::unexpected(value.error().message);
    auto event = json::parse<T>(*value);
    if (!event) return std::unexpected(event.error().message);
    return Event(std::move(*event));
}

template <std::size_t... I>
std::expected<Event, std::string> decode_any(std::string_view kind, std::string_view bytes,
                                             std::index_sequence<I...>) {
    std::expected<Event, std::string> result =
        std::unexpected("the journal holds an event of the unknown kind \"" + std::string(kind) +
                        "\"; it was written by a newer Berth");
    const auto try_kind = [&]<std::size_t Index>() {
        using Kind = std::variant_alternative_t<Index, Event>;
        if (kind == kind_of<Kind>) result = decode_as<Kind>(bytes);
    };
    (try_kind.template operator()<I>(), ...);
    return result;
}

}  // namespace

std::string event_kind(const Event& event) {
    return std::visit([](const auto& e) { return std::string(kind_of<std::decay_t<decltype(e)>>); },
                      event);
}

std::optional<ReservationId> reservation_of(const Event& event) {
    return std::visit(
        Overloaded{
            [](const FleetDeclared&) { return std::optional<ReservationId>(); },
            [](const GpuHealthChanged&) { return std::optional<ReservationId>(); },
            [](const SnapshotTaken&) { return std::optional<ReservationId>(); },
            [](const OccupantCame&) { return std::optional<ReservationId>(); },
            [](const OccupantLeft&) { return std::optional<ReservationId>(); },
            [](const ReservationConfirmed& e) { return std::optional(e.reservation.id); },
            [](const ReservationWaitlisted& e) { return std::optional(e.reservation.id); },
            [](const JobQueued& e) { return std::optional(e.reservation.id); },
            [](const auto& e) { return std::optional(e.id); },
        },
        event);
}

std::string encode_event(const Event& event) {
    return std::visit([](const auto& e) { return json::text_of(e); }, event);
}

std::expected<Event, std::string> decode_event(std::string_view kind, std::string_view bytes) {
    return decode_any(kind, bytes, std::make_index_sequence<std::variant_size_v<Event>>());
}

}  // namespace berth
