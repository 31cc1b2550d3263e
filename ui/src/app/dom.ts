/** Small helpers to build elements. Text is only ever set as text. */

type Child = Node | string;

export function el<K extends keyof HTMLElementTagNameMap>(
    tag: K,
    className = "",
    ...children: Child[]
): HTMLElementTagNameMap[K] {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg<K extends keyof SVGElementTagNameMap>(
    tag: K,
    attributes: Readonly<Record<string, string>> = {},
): SVGElementTagNameMap[K] {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
}

/** A 16-pixel icon drawn with strokes. */
export function icon(...paths: string[]): SVGSVGElement {
    const picture = svg("svg", { viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" });
    for (const d of paths) picture.append(svg("path", { d }));
    return picture;
}

/** Sets the text only if it differs, so that nothing is laid out again for nothing. */
export function setText(element: Element, text: string): void {
    if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element: Element, name: string, value: string): void {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
