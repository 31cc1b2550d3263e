#include "notify/message.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "booking/event.hpp"

namespace berth {

namespace {

const std::string system_actor = "berth";  // who the journal names for what the server does itself

struct Words {
    std::string english;
    std::string chinese;
};

Words outcome_words(ReservationState state) {
    switch (state) {
        case ReservationState::completed:
            return {"completed", "已完成"};
        case ReservationState::failed:
            return {"failed", "失败"};
        case ReservationState::cancelled:
            return {"cancelled", "已取消"};
        case ReservationState::expired:
            return {"expired", "已过期"};
        default:
            return {"ended", "已结束"};
    }
}

std::string gpu_list(const Reservation& reservation) {
    return fmt::format("{}", fmt::join(reservation.gpus, ", "));
}

// The facts that every message ends with.
std::string facts(const Reservation& reservation, const SlotGrid& grid) {
    std::string text =
        fmt::format("{}  {}\n{} – {} ({})\nGPU: {}\n", reservation.id.text(), reservation.title,
                    grid.local_text(reservation.start), grid.local_text(reservation.end),
                    grid.zone_name(), gpu_list(reservation));
    if (reservation.detail) text += *reservation.detail + "\n";
    if (reservation.checkpoint) {
        text += fmt::format("checkpoint: {} (epoch {})\n", reservation.checkpoint->path,
                            reservation.checkpoint->epoch);
    }
    return text;
}

Message compose(const Reservation& reservation, const SlotGrid& grid, const Words& subject,
                const Words& body) {
    Message message;
    message.to = reservation.owner;
    message.subject = fmt::format("[Berth] {} {}: {} / {}", reservation.id.text(), subject.english,
                                  reservation.title, subject.chinese);
    message.body =
        fmt::format("{}\n{}\n\n{}", body.english, body.chinese, facts(reservation, grid));
    return message;
}

// Who cancelled it knows; and what was told to stop by someone else was told so at that moment, so
// that the job's end, which the server itself records, says nothing new.
bool is_known_to_owner(const Reservation& reservation, const ReservationEnded& event,
                       const std::string& actor) {
    if (event.state != ReservationState::cancelled) return false;
    return actor == reservation.owner || (actor == system_actor && reservation.attempt > 0);
}

Message about_releasing(const Reservation& reservation, const SlotGrid& grid,
                        const std::string& actor) {
    return compose(
        reservation, grid, {"is being stopped", "正在停止"},
        {fmt::format("Your reservation {} is being stopped by {}.", reservation.id.text(), actor),
         fmt::format("您的预订 {} 正被 {} 停止。", reservation.id.text(), actor)});
}

Message about_end(const Reservation& reservation, const SlotGrid& grid, ReservationState state) {
    const Words outcome = outcome_words(state);
    return compose(
        reservation, grid, outcome,
        {fmt::format("Your reservation {} has {}.", reservation.id.text(),
                     state == ReservationState::cancelled ? "been cancelled" : outcome.english),
         fmt::format("您的预订 {} {}。", reservation.id.text(), outcome.chinese)});
}

std::optional<Message> about_preflight(const Reservation& reservation, const SlotGrid& grid,
                                       const std::vector<Finding>& findings) {
    std::string problems;
    for (const Finding& finding : findings) {
        if (!finding.ok) problems += fmt::format("\n- {}: {}", finding.check, finding.message);
    }
    if (problems.empty()) return std::nullopt;
    return compose(
        reservation, grid, {"would fail at its start", "启动前检查未通过"},
        {"Your reservation would fail at its start; there is still time to mend this:" + problems,
         "您的预订到时会启动失败,请及时处理以上问题。"});
}

}  // namespace

bool is_ever_mailed(const std::string& kind) {
    return kind == "reservation_ended" || kind == "reservation_releasing" ||
           kind == "preflight_reported";
}

std::optional<Message> message_about(const Published& published, const SlotGrid& grid) {
    if (!published.reservation) return std::nullopt;
    const Reservation& reservation = *published.reservation;
    const auto event = decode_event(published.row.kind, published.row.event);
    if (!event) return std::nullopt;
    const std::string& actor = published.row.actor;
    if (const auto* end = std::get_if<ReservationEnded>(&*event)) {
        if (is_known_to_owner(reservation, *end, actor)) return std::nullopt;
        return about_end(reservation, grid, end->state);
    }
    if (const auto* stop = std::get_if<ReservationReleasing>(&*event)) {
        if (actor == reservation.owner || stop->outcome != ReservationState::cancelled) {
            return std::nullopt;  // its end is told when it comes
        }
        return about_releasing(reservation, grid, actor);
    }
    if (const auto* preflight = std::get_if<PreflightReported>(&*event)) {
        return about_preflight(reservation, grid, preflight->findings);
    }
    return std::nullopt;
}

}  // namespace berth
