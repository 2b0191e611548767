import assert from "node:assert/strict";
import { violationsOf } from "../accessibility.ts";
import { eachPlace, STATIONS } from "../answers.ts";
import type { Checks } from "../checks.ts";
import { crampedIn } from "../layout.ts";
import { until } from "../patience.ts";
import { Sight, tabTo } from "../sight.ts";

/** WCAG 2.2, 2.5.8. */
const LEAST_TARGET_PX = 24;
const INTERACTIVE = "button, a[href], input, select, summary, [tabindex='0']";

export const everyone: Checks = {
  async "axe: an answer, a chosen place, the form; light and dark"(scene) {
    const { view, host } = await scene.chat({ args: STATIONS });
    const sight = new Sight(view);
    await sight.hasTiles();
    assert.deepEqual(await violationsOf(view), [], "light");
    await sight.nameOf(1).click();
    await sight.openCredits();
    await sight.button("Change").click();
    await sight.rests();
    assert.deepEqual(await violationsOf(view), [], "light, opened");
    await host.change({ theme: "dark" });
    await sight.hasTiles();
    assert.deepEqual(await violationsOf(view), [], "dark, opened");
  },

  async "axe: forced colours"(scene) {
    const { view } = await scene.chat({ args: STATIONS }, { forcedColors: "active" });
    await new Sight(view).hasTiles();
    assert.deepEqual(await violationsOf(view), []);
  },

  async "axe: nobody knows where; light and dark"(scene) {
    const { view, host } = await scene.chat({ args: { query: "station" } });
    await new Sight(view).field.waitFor();
    assert.deepEqual(await violationsOf(view), [], "light");
    await host.change({ theme: "dark" });
    assert.deepEqual(await violationsOf(view), [], "dark");
  },

  async "the keyboard alone: list, map, another area"(scene) {
    const { view, page, host } = await scene.chat({ args: STATIONS });
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.rests();
    await tabTo(page, sight.nameOf(2));
    const name = await sight.nameOf(2).innerText();
    await page.keyboard.press("Enter");
    await sight.popup.filter({ hasText: name }).waitFor();
    await sight.map.focus();
    await page.keyboard.press("Escape");
    const before = await sight.markers.first().boundingBox();
    for (let press = 0; press < 4; press++) {
      await page.keyboard.press("ArrowRight");
      await sight.rests();
    }
    assert.notDeepEqual(
      await sight.markers.first().boundingBox(),
      before,
      "The arrows do not move the map",
    );
    await page.keyboard.press("+");
    await sight.rests();
    await page.keyboard.press("-");
    await sight.rests();
    await tabTo(page, sight.button("Search this area"));
    await page.keyboard.press("Enter");
    await until(() => host.told !== undefined, "nothing was searched");
    const focused = await view.evaluate(() => document.activeElement?.tagName);
    assert.notEqual(focused, "BODY", "The focus is lost");
  },

  async "whoever tabs through it sees where they are, in the order of reading"(scene) {
    const { view, page } = await scene.chat({ args: STATIONS });
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.rests();
    await tabTo(page, view.locator(INTERACTIVE).filter({ visible: true }).first());
    const passed: { what: string; order: number; isSeen: boolean }[] = [];
    for (let press = 0; press < 40; press++) {
      const here = await view.evaluate((interactive) => {
        const element = document.activeElement!;
        // Of some, a part that covers all of a row has the outline.
        const isSeen = [undefined, "::after"].some((part) => {
          const { outlineStyle, outlineWidth, content } = getComputedStyle(element, part);
          const isThere = part === undefined || content !== "none";
          return isThere && outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1;
        });
        return {
          what: `${element.tagName} ${element.textContent?.slice(0, 40) || element.className}`,
          order: [...document.querySelectorAll(interactive)].indexOf(element),
          isHere: document.hasFocus(),
          isSeen,
        };
      }, INTERACTIVE);
      if (!here.isHere) break;
      passed.push(here);
      await page.keyboard.press("Tab");
    }
    assert.ok(passed.length >= 10, `${passed.length} stops`);
    assert.deepEqual(
      passed.filter(({ isSeen }) => !isSeen),
      [],
      "The focus is not seen",
    );
    const orders = passed.map(({ order }) => order);
    assert.deepEqual(
      orders,
      [...orders].sort((a, b) => a - b),
      JSON.stringify(passed),
    );
  },

  async "at 320 px targets are large enough, and none covers another; also with letters of 200 %"(
    scene,
  ) {
    const { view, page } = await scene.chat(
      { args: STATIONS },
      { viewport: { width: 320, height: 700 } },
    );
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.rests();
    await sight.drag(page, 0.4);
    await sight.button("Search this area").waitFor();
    assert.ok(await sight.button("Larger").isVisible());
    await sight.nameOf(0).click();
    await sight.button("Change").click();
    await sight.rests();
    const small = await view.evaluate(
      ([interactive, least]) => {
        return (
          [...document.querySelectorAll<HTMLElement>(`${interactive}, .leaflet-interactive`)]
            .map((element) => {
              // What covers all of a row is pressed with it.
              const isSpread = getComputedStyle(element, "::after").inset === "0px";
              const target = isSpread ? (element.offsetParent ?? element) : element;
              return { element, box: target.getBoundingClientRect() };
            })
            // A link within a sentence is as high as its line.
            .filter(({ element }) => getComputedStyle(element).display !== "inline")
            .filter(({ box }) => box.width > 0 && (box.width < least || box.height < least))
            .map(
              ({ element, box }) =>
                `${element.textContent || element.className}: ${box.width} × ${box.height}`,
            )
        );
      },
      [INTERACTIVE, LEAST_TARGET_PX] as const,
    );
    assert.deepEqual(small, []);
    assert.deepEqual(await crampedIn(view), []);
    await view.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
    });
    await sight.rests();
    assert.deepEqual(await crampedIn(view), [], "letters of 200 %");
  },

  async "the list tells everything to those who do not see the map"(scene) {
    const { view } = await scene.chat({
      args: STATIONS,
      answer: eachPlace((_, at) => (at === 0 ? { name: "محطة برلين" } : {})),
    });
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.hasTiles();
    const tree = await view.locator("body").ariaSnapshot();
    for (const part of [/heading .*8 places/, /list/, /listitem/, /Natural Earth/, /map/i]) {
      assert.match(tree, part);
    }
    const direction = await sight.nameOf(0).evaluate((element) => {
      return getComputedStyle(element.querySelector("bdi, [dir=auto]")!).direction;
    });
    assert.equal(direction, "rtl");
    await sight.button("Change").click();
    const status = view.getByRole("status");
    assert.equal(await status.count(), 1, "What is told next will not be read out");
    assert.equal(await status.innerText(), "");
  },

  async "who wants no motion has none"(scene) {
    const { view, page } = await scene.chat({ args: STATIONS }, { reducedMotion: "reduce" });
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.rests();
    await sight.map.focus();
    const before = (await sight.markers.first().boundingBox())!.x;
    await page.keyboard.press("ArrowRight");
    const moved = await view.evaluate(async () => {
      const at = () => document.querySelector(".leaflet-marker-icon")!.getBoundingClientRect().x;
      const first = at();
      await new Promise((resolve) => setTimeout(resolve, 400));
      return [first, at()];
    });
    assert.equal(moved[0], moved[1], "It still moves after the key");
    assert.notEqual((await sight.markers.first().boundingBox())!.x, before, "It has not moved");
  },
};
