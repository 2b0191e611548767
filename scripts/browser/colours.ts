import type { Locator } from "playwright-core";

/** What share of what is seen has which colour: `"242,239,233"` to 0 … 1, the most frequent first. */
export type Colours = ReadonlyMap<string, number>;

/** Looks at what is on the screen there, and not at what was painted. */
export async function coloursOf(locator: Locator): Promise<Colours> {
  const picture = await locator.screenshot({ scale: "css" });
  // Node has nothing that reads pictures; the browser has.
  const counted = await locator.page().evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes]));
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d")!;
    canvas.drawImage(image, 0, 0);
    const { data } = canvas.getImageData(0, 0, image.width, image.height);
    const counts: Record<string, number> = {};
    for (let at = 0; at < data.length; at += 4) {
      const colour = `${data[at]},${data[at + 1]},${data[at + 2]}`;
      counts[colour] = (counts[colour] ?? 0) + 1;
    }
    const pixels = data.length / 4;
    return Object.entries(counts).map(([colour, count]) => [colour, count / pixels] as const);
  }, picture.toString("base64"));
  return new Map(counted.sort(([, a], [, b]) => b - a));
}

/** The colour of most of it. */
export function groundOf(colours: Colours): string {
  const [[colour]] = [...colours] as [[string, number]];
  return colour;
}
