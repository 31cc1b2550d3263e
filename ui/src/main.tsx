/** The page's beginning. Data flows feed → store → views; changes go to the server and come back as events. */

import "./style/tokens.css";
import "./style/legend.css";
import "./style/page.css";
import "./style/controls.css";
import "./style/overlays.css";
import "./style/tracks.css";
import "./style/names.css";
import "./style/bars.css";
import "./style/ghosts.css";
import "./style/card.css";
import "./style/sheets.css";
import "./style/help.css";
import "./style/agenda.css";
import "./style/insight.css";
import "./style/heat.css";
import "./style/audit.css";
import "./style/work.css";
import "./style/reservation.css";
import "./style/plan.css";
import "./style/booking.css";
import "./style/find.css";
import "./style/phone.css";
import { render } from "preact";
import { App, AppContext } from "./app/app";
import { Shell } from "./app/shell";
import { listenForPageKeys } from "./app/page_keys";
import { Calendar, CalendarContext } from "./timeline/calendar";

const app = new App();
const calendar = new Calendar(app);
document.body.replaceChildren();
render(
    <AppContext.Provider value={app}>
        <CalendarContext.Provider value={calendar}>
            <Shell />
        </CalendarContext.Provider>
    </AppContext.Provider>,
    document.body,
);
listenForPageKeys(app, calendar);
void app.feed.run();
