/** How colours are seen: by ordinary eyes, by those that lack a kind of cone, and how far apart. */

export type Triple = [number, number, number];

export function linear(hex: string): Triple {
    const channel = (at: number) => {
        const value = parseInt(hex.slice(at, at + 2), 16) / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    };
    return [channel(1), channel(3), channel(5)];
}

/** Machado, Oliveira, Fernandes 2009, severity 1. */
export const visions: Record<string, number[]> = {
    ordinary: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
    deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
    tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

export function seen([r, g, b]: Triple, m: number[]): Triple {
    const row = (i: number) => Math.min(1, Math.max(0, m[i]! * r + m[i + 1]! * g + m[i + 2]! * b));
    return [row(0), row(3), row(6)];
}

/** Ottosson's Oklab. */
export function oklab([r, g, b]: Triple): Triple {
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return [
        0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ];
}

export function contrast(a: string, b: string): number {
    const [x, y] = [a, b].map((hex) => {
        const [r, g, blue] = linear(hex);
        return 0.2126 * r + 0.7152 * g + 0.0722 * blue + 0.05;
    }) as [number, number];
    return Math.max(x, y) / Math.min(x, y);
}
