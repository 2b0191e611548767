import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import type { BrowserContextOptions, Page } from "playwright-core";
import { STATIONS } from "../answers.ts";
import type { Checks } from "../checks.ts";
import type { StrictHost } from "../host/strict-host.ts";
import { until } from "../patience.ts";
import { Sight } from "../sight.ts";

const MOST_HEIGHT_PX = 640;
/** So long nothing may move. */
const PAUSE_MS = 700;
/** Of a finger's way. */
const STEPS = 12;
const MANY = { near: "Tokyo", radius: 50, limit: 50 };
const PHONE: BrowserContextOptions = {
  viewport: { width: 320, height: 640 },
  hasTouch: true,
  isMobile: true,
  deviceScaleFactor: 3,
};
/** A browser's zoom leaves half as many pixels of CSS. */
const ZOOMED: BrowserContextOptions = {
  viewport: { width: 320, height: 450 },
  deviceScaleFactor: 2,
};

export const height: Checks = {
  async "at 320 px, 50 places: at most 640 px high, nothing to scroll sideways"(scene) {
    for (const look of [PHONE, ZOOMED]) {
      const { view, host } = await scene.chat({ args: MANY }, look);
      const sight = new Sight(view);
      await sight.hasAnswer(50);
      await sight.hasTiles();
      const { width, scrollWidth } = await view.evaluate(() => {
        return { width: innerWidth, scrollWidth: document.documentElement.scrollWidth };
      });
      assert.ok(width <= 320, `The frame is ${width} px wide`);
      assert.ok(scrollWidth <= width, `${scrollWidth} px wide in a frame of ${width} px`);
      await rests(host);
      const px = host.heightsPx.at(-1)!;
      assert.ok(px <= MOST_HEIGHT_PX, `${px} px high`);
      assert.ok(await sight.credits.isVisible(), "The credits are not in sight");
      await sight.openCredits();
      await sight.showAll();
      assert.equal(await sight.places.count(), 50);
      await sight.nameOf(3).click();
      const after = await view.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(after <= width, `With a chosen place ${after} px wide`);
    }
  },

  async "one finger scrolls the chat, never the map; two zoom"(scene) {
    const { view, page } = await scene.chat({ args: STATIONS }, PHONE);
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.rests();
    const { x, y, width, height } = (await sight.map.boundingBox())!;
    const at = { x: x + width / 2, y: y + height / 2 };
    const before = await lookOf(sight);
    await swipe(page, at);
    await until(async () => (await scrolled(page)) > 100, "The chat is not scrolled");
    assert.equal(await lookOf(sight), before, "The map has moved");
    // What two fingers do while the chat still scrolls is a part of that.
    await until(() => isAtRest(page), "The chat scrolls on");
    await page.evaluate(() => scrollTo(0, 0));
    await pinch(page, at);
    await sight.rests();
    assert.notEqual(await lookOf(sight), before, "Two fingers do nothing");
  },

  async "the wheel scrolls the chat, never the map"(scene) {
    const { view, page } = await scene.chat({ args: STATIONS });
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.rests();
    const { x, y, width, height } = (await sight.map.boundingBox())!;
    const before = await lookOf(sight);
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.wheel(0, 300);
    await page.waitForFunction(() => scrollY > 100);
    await sight.rests();
    assert.equal(await lookOf(sight), before, "The map has zoomed");
  },
};

/** It tells no more heights: one that follows its own frame grows for ever. */
export async function rests({ heightsPx }: StrictHost): Promise<void> {
  const before = heightsPx.length;
  await wait(PAUSE_MS);
  assert.deepEqual(heightsPx.slice(before), [], `It goes on after ${heightsPx[before - 1]} px`);
}

/** Where the markers are within the map. */
function lookOf(sight: Sight): Promise<string> {
  return sight.map.evaluate((map) => {
    const { x, y } = map.getBoundingClientRect();
    const marks = [...map.querySelectorAll(".leaflet-marker-icon")];
    return marks
      .map((mark) => mark.getBoundingClientRect())
      .map((box) => `${Math.round(box.x - x)},${Math.round(box.y - y)}`)
      .join(" ");
  });
}

type Spot = Readonly<Record<"x" | "y", number>>;

/** One finger goes up. */
function swipe(page: Page, { x, y }: Spot): Promise<void> {
  return touch(page, (progress) => [{ x, y: y - 200 * progress }]);
}

/** Two fingers part. */
function pinch(page: Page, { x, y }: Spot): Promise<void> {
  return touch(page, (progress) =>
    [-1, 1].map((side) => ({ x: x + side * (20 + 60 * progress), y })),
  );
}

/** @param fingers where they are, from 0 to 1 */
async function touch(page: Page, fingers: (progress: number) => Spot[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const send = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: Spot[]) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints });
  await send("touchStart", fingers(0));
  for (let step = 1; step <= STEPS; step++) {
    await send("touchMove", fingers(step / STEPS));
    // Browsers judge a finger by its speed.
    await page.waitForTimeout(16);
  }
  await send("touchEnd", []);
}

async function isAtRest(page: Page): Promise<boolean> {
  const before = await scrolled(page);
  await wait(200);
  return (await scrolled(page)) === before;
}

function scrolled(page: Page): Promise<number> {
  return page.evaluate(() => scrollY);
}
