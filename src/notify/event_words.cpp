#include "notify/event_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "booking/notice.hpp"
#include "booking/overloaded.hpp"

namespace berth {

namespace {

const std::string system_actor = "berth";  // who the journal names for what the server does itself

std::string id_of(const Happening& on) {
    return on.reservation.id.text();
}

bool is_by_owner(const Happening& on) {
    return on.row.actor == on.reservation.owner;
}

std::string window(const Happening& on, const auto& event) {
    return fmt::format("{} – {}, {}", on.grid.local_text(event.start),
                       on.grid.local_text(event.end), fmt::join(event.gpus, ", "));
}

std::string by_whom(const std::optional<ReservationId>& by) {
    return by ? " for " + by->text() : "";
}

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
        case ReservationState::evicted:
            return {"evicted", "已被抢占"};
        default:
            return {"ended", "已结束"};
    }
}

// Who cancelled it knows; and what was told to stop by someone else was told so at that moment, so
// that the job's end, which the server itself records, says nothing new.
bool is_known_to_owner(const Happening& on, const ReservationEnded& event) {
    if (event.state != ReservationState::cancelled) return false;
    const bool told_before = on.row.actor == system_actor && on.reservation.attempt > 0;
    return is_by_owner(on) || told_before;
}

std::string has_ended(ReservationState state) {
    switch (state) {
        case ReservationState::cancelled:
        case ReservationState::evicted:
            return "been " + outcome_words(state).english;
        default:
            return outcome_words(state).english;
    }
}

std::optional<Told> about(const Happening& on, const ReservationEnded& event) {
    if (is_known_to_owner(on, event)) return std::nullopt;
    const Words outcome = outcome_words(event.state);
    Told told{outcome,
              {fmt::format("Your reservation {} has {}.", id_of(on), has_ended(event.state)),
               fmt::format("您的预订 {} {}。", id_of(on), outcome.chinese)}};
    if (on.reservation.continued_by) {
        const std::string next = on.reservation.continued_by->text();
        told.body.english += fmt::format(" Its work goes on as {}.", next);
        told.body.chinese += fmt::format("其工作将由 {} 继续。", next);
    }
    return told;
}

std::optional<Told> about(const Happening& on, const ReservationReleasing& event) {
    // Other ends are told when they come, and notices before they are due.
    if (is_by_owner(on) || event.outcome != ReservationState::cancelled) return std::nullopt;
    return Told{
        {"is being stopped", "正在停止"},
        {fmt::format("Your reservation {} is being stopped by {}.", id_of(on), on.row.actor),
         fmt::format("您的预订 {} 正被 {} 停止。", id_of(on), on.row.actor)}};
}

std::optional<Told> about(const Happening&, const PreflightReported& event) {
    std::string problems;
    for (const Finding& finding : event.findings) {
        if (!finding.ok) problems += fmt::format("\n- {}: {}", finding.check, finding.message);
    }
    if (problems.empty()) return std::nullopt;
    return Told{
        {"would fail at its start", "启动前检查未通过"},
        {"Your reservation would fail at its start; there is still time to mend this:" + problems,
         "您的预订到时会启动失败,请及时处理以上问题。"}};
}

// A continuation is news; what its owner has just booked is not.
std::optional<Told> about(const Happening& on, const ReservationConfirmed& event) {
    if (!event.reservation.continues) return std::nullopt;
    const std::string before = event.reservation.continues->text();
    const std::string when = window(on, event.reservation);
    return Told{
        {"is booked to go on with " + before, fmt::format("将继续 {} 的工作", before)},
        {fmt::format("The work of {} goes on as {}: {}. It resumes from its last checkpoint.",
                     before, id_of(on), when),
         fmt::format("{} 的工作将由 {} 继续:{}。届时从最近的 checkpoint 恢复。", before, id_of(on),
                     when)}};
}

std::optional<Told> about(const Happening& on, const ReservationWaitlisted& event) {
    if (!event.reservation.continues) return std::nullopt;
    const std::string before = event.reservation.continues->text();
    return Told{
        {"waits to go on with " + before, fmt::format("等待继续 {} 的工作", before)},
        {fmt::format("There is no room yet for the work of {} to go on. {} waits for it, before "
                     "all that never had a window; you will be told when it is booked.",
                     before, id_of(on)),
         fmt::format("暂时没有空位继续 {} 的工作。{} 正在优先等待,订到后会通知您。", before,
                     id_of(on))}};
}

std::optional<Told> about(const Happening& on, const JobQueued& event) {
    if (!event.reservation.continues) return std::nullopt;
    const std::string before = event.reservation.continues->text();
    return Told{{"is queued to go on with " + before, fmt::format("排队继续 {} 的工作", before)},
                {fmt::format("The work of {} goes on as {} as soon as there is a gap for it.",
                             before, id_of(on)),
                 fmt::format("{} 的工作将由 {} 在有空位时继续。", before, id_of(on))}};
}

std::optional<Told> about(const Happening& on, const WindowOffered& event) {
    const std::string by = on.grid.local_text(event.answer_by);
    return Told{
        {"has a window until " + by, fmt::format("有可用时段,请在 {} 前答复", by)},
        {fmt::format("A window is held for {} until {}: {}. Take it with `berth accept {}`, or "
                     "leave it to the next with `berth decline {}`.",
                     id_of(on), by, window(on, event), id_of(on), id_of(on)),
         fmt::format("已为 {} 保留时段至 {}:{}。用 `berth accept {}` 接受,或用 "
                     "`berth decline {}` 让给下一位。",
                     id_of(on), by, window(on, event), id_of(on), id_of(on))}};
}

std::optional<Told> about(const Happening& on, const WindowBooked& event) {
    if (is_by_owner(on)) return std::nullopt;
    return Told{{"is booked", "已订到"},
                {fmt::format("{} has its window: {}.", id_of(on), window(on, event)),
                 fmt::format("{} 已订到时段:{}。", id_of(on), window(on, event))}};
}

std::optional<Told> about(const Happening& on, const ReservationDisplaced& event) {
    return Told{
        {"lost its window", "失去了原定时段"},
        {fmt::format("{} lost its window{}: {}. It is booked again in the nearest one, before all "
                     "that never had a window; you will be told when.",
                     id_of(on), by_whom(event.by), event.why),
         fmt::format("{} 失去了原定时段({})。系统会优先为它重新预订最近的时段,订到后会通知您。",
                     id_of(on), event.why)}};
}

std::optional<Told> about(const Happening& on, const ReservationMoved& event) {
    return Told{{"was moved", "已调整"},
                {fmt::format("{} was moved to {}: {}.", id_of(on), window(on, event), event.why),
                 fmt::format("{} 已调整为 {}({})。", id_of(on), window(on, event), event.why)}};
}

Words notice_subject(NoticeKind kind) {
    switch (kind) {
        case NoticeKind::eviction:
            return {"loses its GPUs soon", "GPU即将被回收"};
        case NoticeKind::maintenance:
            return {"loses its GPUs to maintenance soon", "GPU即将因维护被回收"};
        case NoticeKind::idle:
            return {"does not use its GPUs", "GPU没有被使用"};
        case NoticeKind::no_show:
            return {"waits for your check-in", "等待您签到"};
        case NoticeKind::end:
            break;
    }
    return {"ends soon", "即将结束"};
}

std::optional<Told> about(const Happening& on, const NoticeGiven& event) {
    const Notice& notice = event.notice;
    const auto words = notice_words(on.reservation, notice, notice.deadline - notice.given_at);
    const std::string deadline = on.grid.local_text(notice.deadline);
    return Told{notice_subject(notice.kind),
                {fmt::format("{} The deadline is {}.", words.english, deadline),
                 fmt::format("{} 截止时间:{}。", words.chinese, deadline)}};
}

// What the owner's own check-in or extension made void is no news.
std::optional<Told> about(const Happening& on, const NoticeWithdrawn&) {
    if (is_by_owner(on)) return std::nullopt;
    return Told{{"keeps its GPUs", "保留其GPU"},
                {fmt::format("The notice to {} is withdrawn: it keeps its GPUs.", id_of(on)),
                 fmt::format("对 {} 的通知已撤回,GPU继续归其使用。", id_of(on))}};
}

std::optional<Told> about(const Happening& on, const EvictionPlanned& event) {
    const std::string at = on.grid.local_text(event.at);
    return Told{
        {"gives way at " + at, fmt::format("将于 {} 让出GPU", at)},
        {fmt::format("{} has its GPUs until {}; then {} begins on them, with priority P0. The job "
                     "is told in time to save, and its work is booked again.",
                     id_of(on), at, event.by.text()),
         fmt::format("{} 的GPU使用到 {},之后由优先级为 P0 的 {} 使用。届时会提前通知任务保存,"
                     "并为其余工作重新预订。",
                     id_of(on), at, event.by.text())}};
}

std::optional<Told> about(const Happening& on, const EvictionCalledOff& event) {
    const std::string end = on.grid.local_text(event.end);
    return Told{
        {"need not give way", "无需让出GPU"},
        {fmt::format("{} has its GPUs until {} again: nobody needs them before.", id_of(on), end),
         fmt::format("{} 的GPU恢复使用到 {}。", id_of(on), end)}};
}

std::optional<Told> about(const Happening& on, const ReservationOverrunning&) {
    const std::string until = on.grid.local_text(on.reservation.end);
    return Told{
        {"runs past its end", "已超时运行"},
        {fmt::format("{} runs past its booked end. It may go on until {}; if it needs longer, "
                     "extend it while its GPUs are free: `berth extend {} 2h`.",
                     id_of(on), until, id_of(on)),
         fmt::format("{} 已超过预订的结束时间,最多可运行到 {}。如需更久,请在GPU空闲时延长:"
                     "`berth extend {} 2h`。",
                     id_of(on), until, id_of(on))}};
}

// The whole slots that it needs more.
double needed_hours(const SlotGrid& grid, Duration late) {
    const std::chrono::duration<double, std::ratio<3600>> slot(grid.slot_length());
    return std::ceil(late / slot) * slot.count();
}

std::optional<Told> about(const Happening& on, const ExpectedEndChanged& event) {
    const auto late = event.expected_end - on.reservation.booked_end;
    if (late <= Duration(0)) return std::nullopt;
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(late).count();
    const std::string expected = on.grid.local_text(event.expected_end);
    return Told{
        {"will miss its end", "预计无法按时完成"},
        {fmt::format("By its progress {} will be done at {}, {} minutes after its booked end. "
                     "Extend it while its GPUs are free: `berth extend {} {:g}h`.",
                     id_of(on), expected, minutes, id_of(on), needed_hours(on.grid, late)),
         fmt::format("按当前进度,{} 将于 {} 完成,比预订的结束时间晚 {} 分钟。请在GPU空闲时延长:"
                     "`berth extend {} {:g}h`。",
                     id_of(on), expected, minutes, id_of(on), needed_hours(on.grid, late))}};
}

std::optional<Told> about(const Happening& on, const ReservationTroubled& event) {
    if (!event.trouble) {
        return Told{{"is fine again", "已恢复正常"},
                    {fmt::format("Nothing stands in the way of {} any more.", id_of(on)),
                     fmt::format("{} 已恢复正常。", id_of(on))}};
    }
    if (event.waiting_for) {
        return Told{
            {"has not started yet", "尚未启动"},
            {fmt::format("{}: {}. Berth goes on trying until its end; it starts as soon as "
                         "that is mended.",
                         id_of(on), *event.trouble),
             fmt::format("{} 尚未启动:{}。系统会在其结束时间前继续尝试,问题解决后立即启动。",
                         id_of(on), *event.trouble)}};
    }
    return Told{{"is in trouble", "出现问题"},
                {fmt::format("Something stands in the way of {}: {}. Berth goes on looking for "
                             "other GPUs; you can also move it.",
                             id_of(on), *event.trouble),
                 fmt::format("{} 出现问题:{}。系统会继续寻找其他GPU,您也可以自行调整。", id_of(on),
                             *event.trouble)}};
}

// A whole team has no address: what is offered to one is on its page.
std::optional<Told> about(const Happening& on, const TransferOffered& event) {
    if (!event.to.to_user) return std::nullopt;
    const std::string& giver = on.reservation.owner;
    return Told{{"is offered to you", "转让给您"},
                {fmt::format("{} offers you {}. Take it with `berth accept {}`, or refuse it with "
                             "`berth decline {}`.",
                             giver, id_of(on), id_of(on), id_of(on)),
                 fmt::format("{} 想把 {} 转让给您。用 `berth accept {}` 接受,或用 "
                             "`berth decline {}` 拒绝。",
                             giver, id_of(on), id_of(on), id_of(on))},
                {*event.to.to_user}};
}

std::optional<Told> about(const Happening& on, const TransferDeclined&) {
    if (is_by_owner(on)) return std::nullopt;
    return Told{{"was not taken over", "未被接受"},
                {fmt::format("{} does not take {} over; it stays yours.", on.row.actor, id_of(on)),
                 fmt::format("{} 没有接受 {},它仍归您所有。", on.row.actor, id_of(on))}};
}

// Both sides, apart from who did it and knows.
std::optional<Told> about(const Happening& on, const ReservationTransferred& event) {
    std::vector<std::string> to;
    for (const std::string& side : {event.owner, event.from.value_or(event.owner)}) {
        const bool is_new = std::ranges::find(to, side) == to.end();
        if (is_new && side != on.row.actor) to.push_back(side);
    }
    if (to.empty()) return std::nullopt;
    return Told{{"changed hands", "已转让"},
                {fmt::format("{} now belongs to {} (team {}).", id_of(on), event.owner, event.team),
                 fmt::format("{} 现在归 {}(团队 {})所有。", id_of(on), event.owner, event.team)},
                std::move(to)};
}

}  // namespace

std::optional<Told> words_about(const Happening& happening) {
    return std::visit(
        [&](const auto& event) -> std::optional<Told> {
            if constexpr (requires { about(happening, event); }) return about(happening, event);
            return std::nullopt;
        },
        happening.event);
}

}  // namespace berth
