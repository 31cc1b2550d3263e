/** Whether a key belongs to a field or a dialog that is open, and is no command to the page. */
export function isTyping(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey) return true;
    const target = event.target instanceof Element ? event.target : null;
    return target?.closest("input, select, textarea, [contenteditable], dialog") !== null && target !== null;
}
