/** Jumps to a date. */

export function DateJump() {
    return null;
}
