/** The page's icons: 16 pixels, drawn with strokes. */

const paths = {
    left: ["M10 3L5 8l5 5"],
    right: ["M6 3l5 5-5 5"],
    system: ["M2 3h12v8H2zM6 14h4M8 11v3"],
    light: [
        "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
        "M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1",
    ],
    dark: ["M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z"],
    user: ["M8 8.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6z", "M2.5 14c.6-2.6 2.8-4 5.500-4s4.900 1.400 5.500 4"],
    close: ["M4 4l8 8M12 4l-8 8"],
    plus: ["M8 3v10M3 8h10"],
    search: ["M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10z", "M11 11l3.500 3.500"],
    filter: ["M2 3.500h12l-4.500 5.500v4l-3 1.500v-5.500z"],
    calendar: ["M2.500 3.500h11v10h-11z", "M2.500 6.500h11M5.500 2v3M10.500 2v3"],
    flag: ["M4 14V2.500h8l-2 3 2 3H4"],
    bolt: ["M9 1.500L3.500 9H8l-1 5.500L12.500 7H8z"],
    help: ["M6 6a2 2 0 1 1 2.800 1.800c-.5.3-.8.700-.8 1.400", "M8 11.800v.2"],
    download: ["M8 2v8M4.500 7L8 10.500 11.500 7", "M2.500 13.500h11"],
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
    return (
        <svg viewBox="0 0 16 16" class="icon" aria-hidden="true">
            {paths[name].map((d) => (
                <path key={d} d={d} />
            ))}
        </svg>
    );
}

/** Three tracks, one booking each, at a quay. */
export function Logo() {
    return (
        <svg viewBox="0 0 24 24" class="logo" aria-hidden="true">
            <path class="logo-quay" d="M3 3h2v18H3z" />
            <path class="logo-a" d="M7 4h9v4H7z" />
            <path class="logo-b" d="M7 10h14v4H7z" />
            <path class="logo-c" d="M7 16h6v4H7z" />
        </svg>
    );
}
