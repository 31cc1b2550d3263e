/**
 * Every word of the page, in both languages. A key that one language lacks does not compile, and
 * a test compares the catalogues' keys and gaps.
 *
 * `{name}` is a gap; `one|other` chooses by the number in the gap `n`.
 */

const en = {
    "app.calendar": "GPU calendar",
    "clock.title": "Time at the site",
    "clock.test": "test clock",
    "week.previous": "Previous week",
    "week.next": "Next week",
    "week.today": "Today",
    "week.number": "Week {n}",
    "span.label": "Days across the screen",
    "span.week": "Week",
    "span.three": "3 days",
    "span.day": "Day",
    "language.label": "Language",
    "theme.system": "Colours: as the system has them",
    "theme.light": "Colours: light",
    "theme.dark": "Colours: dark",
    "connection.connecting": "Connecting…",
    "connection.live": "Live",
    "connection.lost": "Connection lost, trying again…",
    "connection.since": "Shown as of {time}",
    "gpus.simulated": "No GPU here: the CPU stands in",
    "legend.teams": "Teams",
    "legend.states": "States",
    "legend.hint": "Show only {team}",
    "legend.noteam": "no team",
    "tracks.label": "Reservations; arrow keys go from one to the next",
    "tracks.names": "Nodes and GPUs",
    "tracks.booked": "{share} of this week booked",
    "tracks.collapse": "Collapse all nodes",
    "tracks.expand": "Expand all nodes",
    "tracks.gpus": "{n} GPU|{n} GPUs",
    "tracks.gpu": "GPU {index}",
    "tracks.free": "free now",
    "tracks.held": "held now by {team}",
    "health.degraded": "degraded",
    "health.down": "down",
    "health.gone": "gone",
    "health.unhealthy": "unhealthy",
    "health.maintenance": "maintenance",
    "health.drained": "drained",
    "health.unknown": "state unknown",
    "empty.title": "Nothing is booked this week",
    "empty.how": "Book the first reservation from a terminal:",
    "empty.nogpus": "There are no GPUs yet",
    "empty.nogpus.how": "Once the site’s inventory names a node with GPUs, its tracks appear here.",
    "loading": "Loading the week…",
    "card.team": "Team",
    "card.owner": "Owner",
    "card.priority": "Priority",
    "card.window": "Window",
    "card.gpus": "GPUs",
    "card.progress": "Progress",
    "card.preemptible": "may be preempted",
    "card.protected": "not preemptible",
    "card.epoch": "Epoch {epoch} of {epochs}",
    "card.eta": "about {time} left",
    "card.untitled": "Untitled",
    "card.booked": "Booked until",
    "card.leaves": "Must leave by",
    "card.answer": "Held until",
    "card.trouble": "Trouble",
    "notice.end": "its time is over",
    "notice.eviction": "a P0 takes its GPUs",
    "notice.maintenance": "maintenance",
    "notice.idle": "its GPUs are not used",
    "notice.no_show": "nobody checked in",
    "bar.label": "{title}, {state}, team {team}, {owner}, {priority}, {window}, {gpus}",
    "bar.epoch": "epoch {epoch} of {epochs}",
    "length.hours": "{h} h",
    "length.minutes": "{m} min",
    "length.both": "{h} h {m} min",
    "length.seconds": "under a minute",
    "state.queued": "Queued",
    "state.waitlisted": "Waitlisted",
    "state.offered": "Offered",
    "state.confirmed": "Confirmed",
    "state.starting": "Starting",
    "state.running": "Running",
    "state.overrunning": "Overrunning",
    "state.releasing": "Saving and stopping",
    "state.completed": "Completed",
    "state.failed": "Failed",
    "state.evicted": "Evicted",
    "state.cancelled": "Cancelled",
    "state.expired": "No-show",
    "state.displaced": "Displaced",
};

export type WordKey = keyof typeof en;

const zh: Record<WordKey, string> = {
    "app.calendar": "GPU 日历",
    "clock.title": "站点时间",
    "clock.test": "测试时钟",
    "week.previous": "上一周",
    "week.next": "下一周",
    "week.today": "今天",
    "week.number": "第 {n} 周",
    "span.label": "屏幕显示的天数",
    "span.week": "一周",
    "span.three": "三天",
    "span.day": "一天",
    "language.label": "语言",
    "theme.system": "配色：跟随系统",
    "theme.light": "配色：浅色",
    "theme.dark": "配色：深色",
    "connection.connecting": "正在连接…",
    "connection.live": "实时",
    "connection.lost": "连接已断开，正在重试…",
    "connection.since": "显示的是 {time} 的状态",
    "gpus.simulated": "本机没有 GPU：由 CPU 代替",
    "legend.teams": "团队",
    "legend.states": "状态",
    "legend.hint": "只看 {team}",
    "legend.noteam": "无团队",
    "tracks.label": "预约；用方向键逐个浏览",
    "tracks.names": "节点与 GPU",
    "tracks.booked": "本周已预约 {share}",
    "tracks.collapse": "收起所有节点",
    "tracks.expand": "展开所有节点",
    "tracks.gpus": "{n} 块 GPU",
    "tracks.gpu": "GPU {index}",
    "tracks.free": "当前空闲",
    "tracks.held": "当前由 {team} 使用",
    "health.degraded": "性能下降",
    "health.down": "故障",
    "health.gone": "已移除",
    "health.unhealthy": "异常",
    "health.maintenance": "维护中",
    "health.drained": "已排空",
    "health.unknown": "状态未知",
    "empty.title": "本周还没有预约",
    "empty.how": "在终端里创建第一个预约：",
    "empty.nogpus": "还没有 GPU",
    "empty.nogpus.how": "站点清单中有了带 GPU 的节点后，这里就会出现它们的时间轨道。",
    "loading": "正在加载本周…",
    "card.team": "团队",
    "card.owner": "预约人",
    "card.priority": "优先级",
    "card.window": "时间",
    "card.gpus": "GPU",
    "card.progress": "进度",
    "card.preemptible": "可被抢占",
    "card.protected": "不可抢占",
    "card.epoch": "第 {epoch} 轮，共 {epochs} 轮",
    "card.eta": "约剩 {time}",
    "card.untitled": "未命名",
    "card.booked": "预约至",
    "card.leaves": "须在此前退出",
    "card.answer": "保留至",
    "card.trouble": "问题",
    "notice.end": "预约时间已到",
    "notice.eviction": "P0 任务需要这些 GPU",
    "notice.maintenance": "维护",
    "notice.idle": "GPU 未被使用",
    "notice.no_show": "无人签到",
    "bar.label": "{title}，{state}，团队 {team}，{owner}，{priority}，{window}，{gpus}",
    "bar.epoch": "第 {epoch} 轮，共 {epochs} 轮",
    "length.hours": "{h} 小时",
    "length.minutes": "{m} 分钟",
    "length.both": "{h} 小时 {m} 分钟",
    "length.seconds": "不到一分钟",
    "state.queued": "排队中",
    "state.waitlisted": "候补中",
    "state.offered": "待确认",
    "state.confirmed": "已确认",
    "state.starting": "启动中",
    "state.running": "运行中",
    "state.overrunning": "超时运行",
    "state.releasing": "正在保存并停止",
    "state.completed": "已完成",
    "state.failed": "失败",
    "state.evicted": "被抢占",
    "state.cancelled": "已取消",
    "state.expired": "未使用",
    "state.displaced": "已改期",
};

export const catalogues = { en, zh } as const;
export type Language = keyof typeof catalogues;

export const locales: Readonly<Record<Language, string>> = { en: "en-GB", zh: "zh-CN" };

export type Gaps = Readonly<Record<string, string | number>>;

/** The words of `key`, with its gaps filled. */
export function say(language: Language, key: WordKey, gaps: Gaps = {}): string {
    let text: string = catalogues[language][key];
    const forms = text.split("|");
    if (forms.length === 2) {
        const form = new Intl.PluralRules(locales[language]).select(Number(gaps["n"]));
        text = forms[form === "one" ? 0 : 1]!;
    }
    return text.replace(/\{(\w+)\}/g, (gap, name: string) => String(gaps[name] ?? gap));
}

/** Words for a value that the server may have beyond the catalogue: then the value itself. */
export function sayValue(language: Language, group: "state" | "health" | "notice", value: string): string {
    const key = `${group}.${value}`;
    return key in catalogues[language] ? say(language, key as WordKey) : value;
}

/** The first of the browser's languages that the page has; English if none. */
export function languageOf(preferred: readonly string[]): Language {
    for (const tag of preferred) {
        const language = tag.toLowerCase().split("-")[0];
        if (language === "zh" || language === "en") return language;
    }
    return "en";
}
