/** The period in the page's address. */

import { useMemo } from "preact/hooks";
import { useApp } from "../app/app";
import { periodOf, spanOf, withPeriod, type Period, type Span } from "./period";

export interface ChosenPeriod {
    readonly period: Period;
    /** Null until the site's time is known. */
    readonly span: Span | null;
    readonly choose: (period: Period) => void;
}

export function usePeriod(): ChosenPeriod {
    const app = useApp();
    const { query } = app.route.value;
    const zone = app.siteZone.value;
    const isTimeKnown = app.loads.value > 0;
    const period = periodOf(query);
    const asked = [query.get("weeks"), query.get("from"), query.get("to")].join();
    // "Now" is when the page was opened: figures do not change under who reads them.
    const span = useMemo(
        () => (isTimeKnown ? spanOf(period, app.now.peek(), zone) : null),
        [isTimeKnown, zone, asked],
    );
    return { period, span, choose: (chosen) => app.setQuery(withPeriod(app.route.peek().query, chosen)) };
}
