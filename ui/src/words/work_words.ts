/** The words of My work. */

import { catalogue } from "./catalogue";

export const workWords = catalogue({}, {});
