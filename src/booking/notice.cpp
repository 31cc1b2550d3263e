#include "booking/notice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace berth {

namespace {

// Whole minutes, or whole seconds where there are no two minutes left; never fewer than there are.
NoticeWords time_words(Duration left) {
    const auto counted = [](std::int64_t count, const char* unit, const char* chinese) {
        return NoticeWords{fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s"),
                           fmt::format("{}{}", count, chinese)};
    };
    left = std::max(left, Duration(0));
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(left);
    if (seconds < std::chrono::minutes(2)) return counted(seconds.count(), "second", "秒");
    return counted(std::chrono::ceil<std::chrono::minutes>(left).count(), "minute", "分钟");
}

// "the 4 GPUs", "the GPU"
std::string gpu_words(std::size_t count) {
    return count == 1 ? "the GPU" : fmt::format("the {} GPUs", count);
}

}  // namespace

NoticeWords notice_words(const Reservation& reservation, const Notice& notice, Duration left) {
    const std::string id = reservation.id.text();
    const std::size_t count = reservation.gpus.size();
    const std::string gpus = gpu_words(count);
    const auto [time, chinese_time] = time_words(left);
    switch (notice.kind) {
        case NoticeKind::eviction:
            return {fmt::format("{}: {} you are using will be reclaimed in {}; please save a "
                                "checkpoint.",
                                id, gpus, time),
                    fmt::format("您正在使用的{}块GPU将在{}后被回收,请做好保存 checkpoint 的准备。",
                                count, chinese_time)};
        case NoticeKind::maintenance:
            return {fmt::format("{}: {} you are using will be reclaimed for maintenance in {}; "
                                "please save a checkpoint.",
                                id, gpus, time),
                    fmt::format(
                        "您正在使用的{}块GPU将在{}后因维护被回收,请做好保存 checkpoint 的准备。",
                        count, chinese_time)};
        case NoticeKind::idle:
            return {
                fmt::format("{}: {} you reserved show no use and will be released in {}; use "
                            "them, or save what you have.",
                            id, gpus, time),
                fmt::format("您预订的{}块GPU没有被使用,将在{}后被释放;请使用它们,或保存已有结果。",
                            count, chinese_time)};
        case NoticeKind::no_show:
            return {fmt::format("{}: nobody has checked in, and {} you reserved will be released "
                                "in {}; check in to keep them.",
                                id, gpus, time),
                    fmt::format("尚未签到:您预订的{}块GPU将在{}后被释放;如需保留,请签到。", count,
                                chinese_time)};
        case NoticeKind::end:
            break;
    }
    return {
        fmt::format("{}: your booked time ends in {}, and {} go to others then; please save a "
                    "checkpoint.",
                    id, time, gpus),
        fmt::format("您预订的时间将在{}后结束,届时{}块GPU将被收回,请做好保存 checkpoint 的准备。",
                    chinese_time, count)};
}

bool may_stay_until_end(const Reservation& reservation) {
    if (reservation.state != ReservationState::releasing || !reservation.notice) return false;
    const bool a_person_ended_it = reservation.outcome == ReservationState::cancelled ||
                                   reservation.outcome == ReservationState::completed;
    return !a_person_ended_it && reservation.notice->deadline >= reservation.end;
}

}  // namespace berth
