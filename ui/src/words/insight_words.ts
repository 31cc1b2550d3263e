/** The words of heat map, reports and audit record. */

import { catalogue } from "./catalogue";

export const insightWords = catalogue({}, {});
