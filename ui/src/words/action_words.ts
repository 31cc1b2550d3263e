/** The words of what is done to a reservation, and of what came of it. */

import { catalogue } from "./catalogue";

export const actionWords = catalogue(
    {
        "act.book": "Book",
        "act.booked": "{id} is booked",
        "act.waitlisted": "{id} is on the waitlist",
        "act.change": "Change {what}",
        "act.changed": "{what} is changed",
        "act.cancel": "Cancel {what}",
        "act.cancelling": "{what} is being cancelled",
        "act.released": "{what} gives its GPUs back",
        "act.accepted": "{what} is accepted",
        "act.declined": "{what} is declined",
        "act.checkedin": "You are checked in to {what}",
        "act.transferred": "{what} is handed over",
        "act.undone": "Taken back",
    },
    {
        "act.book": "预约",
        "act.booked": "{id} 已预约",
        "act.waitlisted": "{id} 已加入候补名单",
        "act.change": "更改 {what}",
        "act.changed": "{what} 已更改",
        "act.cancel": "取消 {what}",
        "act.cancelling": "正在取消 {what}",
        "act.released": "{what} 正在交还 GPU",
        "act.accepted": "已接受 {what}",
        "act.declined": "已拒绝 {what}",
        "act.checkedin": "已签到 {what}",
        "act.transferred": "{what} 已转交",
        "act.undone": "已撤销",
    },
);
