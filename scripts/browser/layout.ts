import type { Frame, Page } from "playwright-core";

/** Whether there is something to scroll sideways. */
export function isTooWide(document: Frame | Page): Promise<boolean> {
  return document.evaluate(() => window.document.documentElement.scrollWidth > innerWidth);
}

/** What covers what on the map, is wider than the document, or is cut off in its field: each in words. */
export function crampedIn(document: Frame | Page): Promise<string[]> {
  return document.evaluate(() => {
    const all = (selector: string) =>
      [...window.document.querySelectorAll<HTMLElement>(selector)].filter((one) =>
        one.checkVisibility(),
      );
    const { scrollWidth } = window.document.documentElement;
    const wide = scrollWidth > innerWidth ? [`${scrollWidth} px wide of ${innerWidth}`] : [];

    const pen = window.document.createElement("canvas").getContext("2d")!;
    const cut = (all("input[placeholder]") as HTMLInputElement[])
      .map((field) => {
        const { font, paddingLeft, paddingRight } = getComputedStyle(field);
        pen.font = font;
        const room =
          field.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
        return { text: field.placeholder, room, width: pen.measureText(field.placeholder).width };
      })
      .filter(({ room, width }) => width > room)
      .map(({ text, room, width }) => `"${text}" takes ${width} px of ${room}`);

    const controls = all(
      ".map-frame > button, .leaflet-control-zoom, .leaflet-control-scale-line",
    ).map((element) => ({
      name: element.textContent || element.className,
      box: element.getBoundingClientRect(),
    }));
    const covered = controls.flatMap(({ name, box: a }, at) =>
      controls
        .slice(at + 1)
        .filter(
          ({ box: b }) =>
            a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom,
        )
        .map((other) => `"${name}" and "${other.name}" are on one spot`),
    );
    return [...wide, ...cut, ...covered];
  });
}
