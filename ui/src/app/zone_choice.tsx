/** In which zone times are shown. */

export function ZoneChoice() {
    return null;
}
