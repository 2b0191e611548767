import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import type { Frame, Locator, Page } from "playwright-core";
import { until } from "./patience.ts";

/** Between two looks at a map that may still change. */
const PAUSE_MS = 200;

/** What a person sees of map and list: in the frame of a host, or on our page. */
export class Sight {
  readonly document: Frame | Page;

  constructor(document: Frame | Page) {
    this.document = document;
  }

  get heading(): Locator {
    return this.document.locator("#heading");
  }

  /** All rows of the list, those on demand too. */
  get rows(): Locator {
    return this.document.locator("ol.places > li");
  }

  /** The rows that are in sight. */
  get places(): Locator {
    return this.rows.filter({ visible: true });
  }

  /** The button with a place's name, `at` counted from 0. */
  nameOf(at: number): Locator {
    return this.places.nth(at).locator("button.name");
  }

  get map(): Locator {
    return this.document.locator(".leaflet-container");
  }

  get markers(): Locator {
    return this.map.locator(".leaflet-marker-icon");
  }

  get popup(): Locator {
    return this.map.locator(".leaflet-popup");
  }

  get scale(): Locator {
    return this.map.locator(".leaflet-control-scale-line");
  }

  /** What is chosen: rows of the list, marks, popups. */
  async chosen(): Promise<Readonly<Record<"rows" | "marks" | "popups", number>>> {
    const [rows, marks, popups] = await Promise.all([
      this.rows.filter({ has: this.document.locator("[aria-expanded=true]") }).count(),
      this.map.locator(".pin.chosen").count(),
      this.popup.count(),
    ]);
    return { rows, marks, popups };
  }

  get credits(): Locator {
    return this.document.locator("footer.credits");
  }

  /** Draws the map along, by a share of its width. */
  async drag(page: Page, share: number): Promise<void> {
    const { x, y, width, height } = (await this.map.boundingBox())!;
    await page.mouse.move(x + width * (0.5 - share / 2), y + height * 0.6);
    await page.mouse.down();
    await page.mouse.move(x + width * (0.5 + share / 2), y + height * 0.6, { steps: 8 });
    await page.mouse.up();
  }

  button(name: string | RegExp): Locator {
    return this.document.getByRole("button", { name, exact: true });
  }

  link(name: string): Locator {
    return this.document.getByRole("link", { name, exact: true });
  }

  /** Where a person says where to look. */
  get field(): Locator {
    return this.document.getByRole("textbox", { name: "Place", exact: true });
  }

  async hasAnswer(count?: number): Promise<void> {
    await this.places.first().waitFor();
    if (count !== undefined) assert.equal(await this.rows.count(), count, "places in the list");
  }

  /** Resolves when the detailed map is on the screen, all of it. */
  async hasTiles(): Promise<void> {
    const tiles = this.map.locator("canvas.leaflet-tile");
    await tiles.first().waitFor();
    const isLoaded = (all: Element[]) => all.every((one) => one.matches(".leaflet-tile-loaded"));
    await until(() => tiles.evaluateAll(isLoaded), "the map's tiles do not come");
    await this.rests();
  }

  /** Resolves when nothing of the map moves any more. */
  async rests(): Promise<void> {
    await this.map.evaluate(async (map) => {
      const look = () =>
        JSON.stringify(map.querySelector(".leaflet-map-pane")?.getBoundingClientRect());
      for (let before = "", same = 0; same < 3; ) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        const now = look();
        same = now === before ? same + 1 : 0;
        before = now;
      }
    });
  }

  /** Resolves when the map looks the same for a while, whatever has come of its tiles. */
  async settled(): Promise<void> {
    await this.map.waitFor();
    for (let before = "", same = 0; same < 2; ) {
      await wait(PAUSE_MS);
      const now = (await this.map.screenshot({ scale: "css" })).toString("base64");
      same = now === before ? same + 1 : 0;
      before = now;
    }
  }

  /** All of the list, where only a part is shown at first. */
  async showAll(): Promise<void> {
    const button = this.button(/^show all/i);
    if (await button.isVisible()) await button.click();
  }

  /** A line of the credits is always in sight; all of it comes on a press. */
  async openCredits(): Promise<void> {
    assert.ok(await this.credits.isVisible(), "The credits are not in sight");
    const closed = this.credits.locator("details:not([open]) > summary");
    if ((await closed.count()) > 0) await closed.click();
  }

  async text(): Promise<string> {
    return (await this.document.locator("body").innerText()).replace(/\s+/g, " ");
  }
}

/** Presses Tab until that is in focus. @returns how many presses it took */
export async function tabTo(page: Page, target: Locator, most = 60): Promise<number> {
  for (let presses = 0; presses <= most; presses++) {
    if (await target.evaluate((element) => element.matches(":focus")).catch(() => false))
      return presses;
    await page.keyboard.press("Tab");
  }
  throw new Error(`The keyboard does not get to ${target}.`);
}
