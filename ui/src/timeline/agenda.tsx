/** The calendar as a list, for narrow screens. */

export function Agenda() {
    return null;
}
