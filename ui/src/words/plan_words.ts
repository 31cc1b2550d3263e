/** The words of deadlines and of eviction plans. */

import { catalogue } from "./catalogue";

export const planWords = catalogue({}, {});
