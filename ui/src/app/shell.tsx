/** The frame around the pages: header, the page that the address names, and what lies over all of them. */

import type { ComponentType } from "preact";
import { AuditPage } from "../audit/audit_page";
import { HeatMapPage } from "../heat_map/heat_map_page";
import { WorkPage } from "../my_work/work_page";
import { ReportsPage } from "../reports/reports_page";
import { CalendarPage } from "../timeline/calendar_page";
import { useApp } from "./app";
import { Header } from "./header";
import { HelpSheet } from "./help_sheet";
import { Questions } from "./questions";
import type { PageName } from "./route";
import { ToastList } from "./toast_list";

const pages: Readonly<Record<PageName, ComponentType>> = {
    calendar: CalendarPage,
    work: WorkPage,
    "heat-map": HeatMapPage,
    reports: ReportsPage,
    audit: AuditPage,
};

export function Shell() {
    const app = useApp();
    const Page = pages[app.route.value.page];
    return (
        <>
            <Header />
            <main class="main">
                <Page />
            </main>
            <ToastList />
            <HelpSheet />
            <Questions />
        </>
    );
}
