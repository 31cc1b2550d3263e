/** Search and filters of the calendar. */

export function FindBar() {
    return null;
}
