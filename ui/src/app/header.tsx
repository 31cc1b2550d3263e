/** The page's header: name, the site's clock, the way to the pages, who sits here, switches, connection. */

import { useApp } from "./app";
import { Icon, Logo } from "./icons";
import type { Theme } from "./preferences";
import { formatRoute, PAGES } from "./route";
import { ZoneChoice } from "./zone_choice";
import type { Language, WordKey } from "../words/words";

const LANGUAGES: readonly [Language, string, string][] = [
    ["en", "EN", "English"],
    ["zh", "中文", "中文"],
];
const THEMES: readonly Theme[] = ["system", "light", "dark"];

export function Header() {
    return (
        <header class="header">
            <a class="brand" href="#/calendar">
                <Logo />
                <span class="brand-name">Berth</span>
            </a>
            <Clock />
            <Pages />
            <div class="tools">
                <Simulated />
                <ZoneChoice />
                <Languages />
                <ThemeButton />
                <Who />
                <Lamp />
            </div>
        </header>
    );
}

function Clock() {
    const app = useApp();
    const now = app.now.value;
    const formats = app.formats.value;
    const place = [formats.day(now), formats.zone];
    if (app.loads.value > 0 && app.clock.simulated) place.push(app.say("clock.test"));
    return (
        <div class="clock" title={app.say("clock.title")}>
            <time class="clock-time" dateTime={new Date(now).toISOString()}>
                {formats.clock(now)}
            </time>
            <span class="clock-place">{place.join(" · ")}</span>
        </div>
    );
}

function Pages() {
    const app = useApp();
    const shown = app.route.value.page;
    return (
        <nav class="pages" aria-label={app.say("app.nav")}>
            {PAGES.map((page) => (
                <a
                    key={page}
                    class="page-link"
                    href={formatRoute(page)}
                    {...(page === shown && { "aria-current": "page" })}
                >
                    {app.say(`page.${page}`)}
                </a>
            ))}
        </nav>
    );
}

function Languages() {
    const app = useApp();
    return (
        <div class="switch languages" role="group" aria-label={app.say("language.label")}>
            {LANGUAGES.map(([language, name, title]) => (
                <button
                    key={language}
                    type="button"
                    class="choice"
                    lang={language}
                    title={title}
                    data-language={language}
                    aria-pressed={app.language.value === language}
                    onClick={() => (app.language.value = language)}
                >
                    {name}
                </button>
            ))}
        </div>
    );
}

function ThemeButton() {
    const app = useApp();
    const theme = app.theme.value;
    const words = app.say(`theme.${theme}` as WordKey);
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
    return (
        <button
            type="button"
            class="nav theme"
            title={words}
            aria-label={words}
            onClick={() => (app.theme.value = next)}
        >
            <Icon name={theme} />
        </button>
    );
}

function Who() {
    const app = useApp();
    const user = app.user.value;
    const change = async () => {
        const name = await app.dialogs.askUser(user);
        if (name !== null) app.user.value = name;
    };
    return (
        <button
            type="button"
            class={`who-button${user ? "" : " unknown"}`}
            title={user ? app.say("user.you", { user }) : app.say("user.how")}
            onClick={() => void change()}
        >
            <Icon name="user" />
            <span>{user || app.say("user.unknown")}</span>
        </button>
    );
}

function Simulated() {
    const app = useApp();
    return app.simulatedGpus.value ? <span class="simulated">{app.say("gpus.simulated")}</span> : null;
}

function Lamp() {
    const app = useApp();
    const connection = app.connection.value;
    const notes: string[] = [];
    if (connection.state === "lost") {
        if (connection.problem) notes.push(connection.problem);
        const since = app.lastLive.value;
        if (since) notes.push(app.say("connection.since", { time: app.formats.value.clock(since) }));
    }
    return (
        <div class="connection" role="status" data-state={connection.state}>
            <span class="lamp" />
            <span class="state-words">
                <span class="state-text">{app.say(`connection.${connection.state}`)}</span>
                <span class="state-note">{notes.join(" · ")}</span>
            </span>
        </div>
    );
}
