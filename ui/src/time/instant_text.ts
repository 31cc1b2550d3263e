/** An instant as the API takes it: RFC 3339 in UTC, without empty fractions. */
export function textOf(instant: number): string {
    return new Date(instant).toISOString().replace(".000Z", "Z");
}
