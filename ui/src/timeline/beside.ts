/** Where a card lies: below what it tells about if there is room, else above it; never off the screen. */

const GAP = 8;

export function putBeside(card: HTMLElement, at: DOMRect): void {
    const { offsetWidth: width, offsetHeight: height, style } = card;
    const [screenWidth, screenHeight] = [window.innerWidth, window.innerHeight];
    const left = Math.min(Math.max(at.left, GAP), screenWidth - width - GAP);
    const below = at.bottom + GAP;
    const fitsBelow = below + height + GAP <= screenHeight;
    const top = fitsBelow ? below : Math.max(GAP, at.top - height - GAP);
    style.left = `${Math.max(GAP, left)}px`;
    style.top = `${Math.min(top, Math.max(GAP, screenHeight - height - GAP))}px`;
}
