/** Single figures, large. */

import type { ComponentChildren } from "preact";

interface TileProps {
    readonly name: string;
    readonly value: string;
    /** What the figure needs to be understood. */
    readonly note?: string | undefined;
}

export function Tiles({ label, children }: { label: string; children: ComponentChildren }) {
    return (
        <dl class="tiles" aria-label={label}>
            {children}
        </dl>
    );
}

export function Tile({ name, value, note }: TileProps) {
    return (
        <div class="tile">
            <dt>{name}</dt>
            <dd>
                <span class="tile-value">{value}</span>
                {note && <span class="tile-note">{note}</span>}
            </dd>
        </div>
    );
}
