#include "notify/message.hpp"

#include <fmt/format.h>

#include <set>

#include "booking/event.hpp"
#include "notify/event_words.hpp"

namespace berth {

namespace {

const std::set<std::string> mailed{"eviction_called_off",   "eviction_planned",
                                   "expected_end_changed",  "job_queued",
                                   "notice_given",          "notice_withdrawn",
                                   "occupant_came",

                                   "preflight_reported",    "reservation_confirmed",
                                   "reservation_displaced", "reservation_ended",
                                   "reservation_moved",     "reservation_overrunning",
                                   "reservation_releasing", "reservation_transferred",
                                   "reservation_troubled",  "reservation_waitlisted",
                                   "transfer_declined",     "transfer_offered",
                                   "window_booked",         "window_offered"};

// The facts that every message ends with.
std::string facts(const Reservation& reservation, const JournalRow& row, const SlotGrid& grid) {
    std::string text = fmt::format("{}  {}\n", reservation.id.text(), reservation.title);
    if (!reservation.gpus.empty()) {
        text += fmt::format("{} – {} ({})\nGPU: {}\n", grid.local_text(reservation.start),
                            grid.local_text(reservation.end), grid.zone_name(),
                            fmt::join(reservation.gpus, ", "));
    }
    if (!row.reason.empty()) text += fmt::format("why / 原因: {}\n", row.reason);
    if (reservation.detail && *reservation.detail != row.reason) text += *reservation.detail + "\n";
    if (reservation.checkpoint) {
        text += fmt::format("checkpoint: {} (epoch {})\n", reservation.checkpoint->path,
                            reservation.checkpoint->epoch);
    }
    return text;
}

}  // namespace

bool is_ever_mailed(const std::string& kind) {
    return mailed.contains(kind);
}

std::vector<Message> messages_to_operators(const JournalRow& row, const SlotGrid& grid,
                                           const std::set<std::string>& operators) {
    const auto event = decode_event(row.kind, row.event);
    const auto* came = event ? std::get_if<OccupantCame>(&*event) : nullptr;
    if (came == nullptr || !came->in_the_way_of) return {};
    const Occupant& one = came->occupant;
    const std::string next = came->in_the_way_of->text();
    const std::string whose = one.owner.empty() ? "" : " (" + one.owner + ")";
    const std::string subject =
        fmt::format("[Berth] {} uses GPUs without a reservation / 未预订占用GPU", one.node);
    const std::string body = fmt::format(
        "{}{} uses {} GPU{} of {} without a reservation, since {}. {} has booked GPUs there within "
        "a day: ask its owner to leave, or stop it.\n"
        "{}{} 自 {} 起未经预订占用 {} 的{}块GPU,而 {} 将在一天内使用该节点,请尽快处理。\n",
        one.name, whose, one.gpus, one.gpus == 1 ? "" : "s", one.node, grid.local_text(one.since),
        next, one.name, whose, grid.local_text(one.since), one.node, one.gpus, next);
    std::vector<Message> messages;
    for (const std::string& person : operators) messages.push_back({person, subject, body});
    return messages;
}

std::vector<Message> messages_about(const Published& published, const SlotGrid& grid) {
    if (!published.reservation) return {};
    const Reservation& reservation = *published.reservation;
    const auto event = decode_event(published.row.kind, published.row.event);
    if (!event) return {};
    const auto told = words_about({*event, published.row, reservation, grid});
    if (!told) return {};
    const std::string subject =
        fmt::format("[Berth] {} {}: {} / {}", reservation.id.text(), told->subject.english,
                    reservation.title, told->subject.chinese);
    const std::string body = fmt::format("{}\n{}\n\n{}", told->body.english, told->body.chinese,
                                         facts(reservation, published.row, grid));
    std::vector<Message> messages;
    if (told->to.empty()) return {{reservation.owner, subject, body}};
    for (const std::string& user : told->to) messages.push_back({user, subject, body});
    return messages;
}

}  // namespace berth
