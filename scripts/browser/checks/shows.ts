import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { changed, STATIONS, wordsOf } from "../answers.ts";
import type { Checks } from "../checks.ts";
import type { ToolResult } from "../host/program.ts";
import { Sight } from "../sight.ts";

/** The numbers that the marks of the map say: "3+1" is 3 and one more. */
async function marked(sight: Sight): Promise<{ first: number[]; places: number }> {
  const texts = (await sight.markers.allInnerTexts()).filter((text) => /^\d/.test(text));
  const counts = texts.map((text) => text.split("+").map(Number));
  const places = counts.reduce((sum, [, more = 0]) => sum + 1 + more, 0);
  return { first: counts.map(([first]) => first!), places };
}

export const shows: Checks = {
  async "an answer: heading, where from, the same numbers in list and on map, whose data"(scene) {
    let answer: ToolResult | undefined;
    const { view } = await scene.chat({
      args: STATIONS,
      answer: async (_, ask) => (answer = await ask()),
    });
    const sight = new Sight(view);
    await sight.hasAnswer(8);
    await sight.hasTiles();
    const heading = await sight.heading.innerText();
    assert.match(heading, /8 places.*station.*within 5 km of 52\.5219, 13\.4132/s);
    assert.match(await sight.text(), /The coordinates that were asked for/);
    const words = wordsOf(answer!);
    for (const [at, place] of (await sight.places.allInnerTexts()).entries()) {
      const [line] = words.split("\n").filter((one) => one.startsWith(`${at + 1}. `));
      const [where = "nowhere"] = /\d[\d.,]* k?m \w+/.exec(place) ?? [];
      assert.ok(line?.includes(where), `The list says ${place}, the text ${line}`);
    }
    const { first, places } = await marked(sight);
    assert.equal(places, 8, `The map has ${places} places`);
    assert.equal(first[0], 1);
    assert.ok((await sight.map.locator("path").count()) >= 1, "There is no circle");
    const { attribution } = answer!.structuredContent as { attribution: string[] };
    await sight.openCredits();
    const credits = await sight.credits.innerText();
    for (const credit of [...attribution, "Natural Earth"]) {
      assert.ok(credits.includes(credit), `${credit} is not in "${credits}"`);
    }
  },

  async "a rough point: distances are rough, and its accuracy is a dashed circle"(scene) {
    const { view } = await scene.chat({
      args: { latitude: 48.9, longitude: 2.4, radius: 50, limit: 5 },
    });
    const sight = new Sight(view);
    await sight.hasAnswer();
    for (const place of await sight.places.allInnerTexts()) assert.match(place, /about \d/);
    const dashes = await sight.map
      .locator("path")
      .evaluateAll((paths) => paths.map((path) => getComputedStyle(path).strokeDasharray));
    assert.ok(dashes.includes("none") && dashes.some((one) => one !== "none"), String(dashes));
    assert.match(await sight.text(), /give or take/);
  },

  async "a doubtful point is called a guess"(scene) {
    const { view } = await scene.chat({
      args: STATIONS,
      answer: changed(({ location }) => ({
        location: { ...location, source: "network", accuracy_meters: 25_000 },
      })),
    });
    const sight = new Sight(view);
    await sight.hasAnswer();
    const known = await scene.chat({ args: STATIONS });
    const [doubtful, usual] = await Promise.all([
      lookOf(view.getByText("Only a guess from your network address")),
      lookOf(known.view.getByText("The coordinates that were asked for")),
    ]);
    assert.notEqual(doubtful, usual, "It looks like any other text");
  },

  async "none within: the nearest beyond, marked as beyond"(scene) {
    const { view } = await scene.chat({
      args: { query: "large airport", near: "Paris", radius: 5 },
    });
    const sight = new Sight(view);
    await sight.hasAnswer(1);
    assert.match(await sight.heading.innerText(), /^No places/);
    assert.match(await sight.text(), /beyond/i);
    assert.ok((await sight.markers.count()) >= 2, "The map has the point alone");
  },

  async "how the words were read, warnings, opening, what was looked at"(scene) {
    const { view } = await scene.chat({
      args: STATIONS,
      answer: changed(({ results: [first, second, ...rest] }) => ({
        relaxed: 'Nothing matches "stationn", so what sounds like it was taken.',
        warnings: ["The data of this server is still being loaded."],
        results: [
          { ...first, opening: { state: "open", summary: "open until 22:00" } },
          { ...second, opening: { state: "closed", summary: "closed, opens at 09:00" } },
          ...rest,
        ],
      })),
    });
    const sight = new Sight(view);
    await sight.hasAnswer(8);
    await view.locator(".notes > summary").click();
    const text = await sight.text();
    assert.match(text, /stationn/);
    assert.match(text, /still being loaded/);
    assert.match(text, /open until 22:00/i);
    assert.match(text, /closed, opens at 09:00/i);
  },

  async "more places, as many as there are"(scene) {
    const { view, host } = await scene.chat({
      args: { ...STATIONS, limit: 5 },
    });
    const sight = new Sight(view);
    await sight.hasAnswer(5);
    await sight.showAll();
    await sight.button("More places").click();
    await sight.rows.nth(5).waitFor({ state: "attached" });
    assert.equal(typeof host.called[0]?.arguments.cursor, "string", JSON.stringify(host.called));
    await sight.showAll();
    const texts = await sight.places.allInnerTexts();
    assert.equal(new Set(texts).size, texts.length, "A place is there twice");
    assert.ok(texts.length > 5, `${texts.length} places`);
  },

  async "feet and miles, metres"(scene) {
    const inNewYork = { near: "New York", limit: 3 };
    const { view, host } = await scene.chat({ args: { ...inNewYork, radius: 10, unit: "mi" } });
    const sight = new Sight(view);
    await sight.hasAnswer();
    const [foreign, own] = [/\d (?:mi|ft)\b/, /\d k?m\b/];
    for (const [args, within, unit] of [
      [{ ...inNewYork, radius: 10, unit: "mi" }, "10 mi", foreign],
      [{ ...inNewYork, radius: 30_000, unit: "ft" }, "30,000 ft", foreign],
      [{ ...STATIONS, limit: 3, radius: 900, unit: "m" }, "900 m", own],
    ] as const) {
      await host.ask(args);
      await view.getByRole("heading", { name: `within ${within} of` }).waitFor();
      const texts = [...(await sight.places.allInnerTexts()), await sight.scale.innerText()];
      for (const text of texts.filter((one) => !/\bhere\b/.test(one))) assert.match(text, unit);
    }
  },
};

function lookOf(text: Locator): Promise<string> {
  return text.evaluate((element) => getComputedStyle(element).color);
}
