/** The words of the help sheet, of the agenda and of the zone choice. */

import { catalogue } from "./catalogue";

export const helpWords = catalogue({}, {});
