/** Serves a lifelike week on a real berthd until it is stopped: to look at, by hand. */

import { RealBerthd } from "./real_berthd";
import { liveTheWeek, nextWeek } from "./week_of_work";

const [nodes = "8", gpusPerNode = "4"] = process.argv.slice(2);
const ZONE = "Asia/Shanghai";
const berth = await RealBerthd.start({ zone: ZONE, nodes: Number(nodes), gpusPerNode: Number(gpusPerNode) });
await liveTheWeek(berth, await nextWeek(berth, ZONE));
console.log(berth.address);
const stop = () => void berth.clear().then(() => process.exit(0));
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
setInterval(() => undefined, 60_000);
