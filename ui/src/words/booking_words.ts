/** The words of booking, moving and resizing. */

import { catalogue } from "./catalogue";

export const bookingWords = catalogue({}, {});
