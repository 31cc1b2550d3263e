/**
 * A lifelike week that looks the same on whichever day it is drawn. The test clock cannot go back,
 * so it is a week far ahead.
 */

import { weekOf } from "../src/time/time_scale";
import { Stage } from "./visit";
import { liveTheWeek } from "./week_of_work";

export const ZONE = "Asia/Shanghai";
export const WEEK = weekOf({ year: 2035, month: 11, day: 26 }, ZONE, 120);

export async function stageWithWeek(): Promise<Stage> {
    const stage = await Stage.start({ zone: ZONE, nodes: 8, gpusPerNode: 4 });
    try {
        await liveTheWeek(stage.berth, WEEK);
        return stage;
    } catch (error) {
        await stage.clear();
        throw error;
    }
}
