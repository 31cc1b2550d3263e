/** What a cell says, beside it. */

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Place } from "./grid_cursor";
import type { Geometry } from "./heat_canvas";

interface Props {
    readonly text: string;
    readonly body: RefObject<HTMLElement | null>;
    readonly place: Place;
    readonly geometry: Geometry;
}

const DISTANCE = 8;

export function HeatTip({ text, body, place, geometry }: Props) {
    const tip = useRef<HTMLDivElement>(null);
    useLayoutEffect(() => {
        const box = body.current!.getBoundingClientRect();
        const own = tip.current!.getBoundingClientRect();
        const middle = box.left + (place.column + 0.5) * geometry.cellWidth;
        const rowTop = box.top + place.row * geometry.rowHeight;
        const above = rowTop - DISTANCE - own.height;
        const left = Math.min(innerWidth - own.width - DISTANCE, Math.max(DISTANCE, middle - own.width / 2));
        tip.current!.style.left = `${left}px`;
        tip.current!.style.top = `${above > DISTANCE ? above : rowTop + geometry.rowHeight + DISTANCE}px`;
    }, [text, place.row, place.column, geometry]);
    return (
        <div class="heat-tip" ref={tip} aria-hidden="true">
            {text}
        </div>
    );
}
