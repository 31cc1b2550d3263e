/** A line that is broken where a value is missing. */
export function linePath(
    values: readonly (number | null)[],
    x: (i: number) => number,
    y: (value: number) => number,
): string {
    let path = "";
    let isBroken = true;
    values.forEach((value, i) => {
        if (value !== null) path += `${isBroken ? "M" : "L"}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
        isBroken = value === null;
    });
    return path;
}
