import assert from "node:assert/strict";
import { STATIONS } from "../answers.ts";
import type { Checks } from "../checks.ts";
import { coloursOf } from "../colours.ts";
import { until } from "../patience.ts";
import { Sight } from "../sight.ts";
import { rests } from "./height.ts";

/** What browsers write where a policy forbids to connect. */
const REFUSED = /violates the (?:following|document's) Content Security Policy/;

export const hosts: Checks = {
  async "the specification's policy, to the letter"(scene) {
    const { view } = await scene.chat({ args: STATIONS });
    const sight = new Sight(view);
    await sight.hasAnswer(8);
    await sight.hasTiles();
    assert.equal(await view.evaluate(() => origin), scene.stage.origins.all[1]);
  },

  async "an opaque sandbox"(scene) {
    const { view } = await scene.chat({ args: STATIONS, framing: "opaque" });
    const sight = new Sight(view);
    await sight.hasAnswer(8);
    await sight.hasTiles();
    assert.equal(await view.evaluate(() => origin), "null");
  },

  async "VS Code's wrapped frame"(scene) {
    const { view } = await scene.chat({
      args: STATIONS,
      framing: "vscode",
      context: { availableDisplayModes: ["inline"] },
    });
    const sight = new Sight(view);
    await sight.hasAnswer(8);
    await sight.hasTiles();
    const policy = view.locator('head > meta[http-equiv="Content-Security-Policy"]');
    assert.equal(await policy.count(), 1, "The policy is not in the head");
  },

  async "a host that forbids to connect: everything but the detailed map, and it says so"(scene) {
    scene.expect(REFUSED);
    for (const csp of ["no connections", "nothing"] as const) {
      const { view } = await scene.chat({ args: STATIONS, csp });
      const sight = new Sight(view);
      await sight.hasAnswer(8);
      await sight.openCredits();
      await until(
        async () => /no detailed map could be loaded/.test(await sight.credits.innerText()),
        "the credits do not say so",
      );
    }
  },

  async "structuredContent dropped: the tool is asked again, with the same"(scene) {
    const { view, host } = await scene.chat({ args: STATIONS, dropsStructuredContent: true });
    await new Sight(view).hasAnswer(8);
    assert.deepEqual(host.called, [{ name: "get_nearby_data", arguments: STATIONS }]);
  },

  async "structuredContent dropped, and no calls of tools: the words"(scene) {
    const { view } = await scene.chat({
      args: { query: "large airport", near: "Paris", radius: 50 },
      dropsStructuredContent: true,
      serverTools: false,
    });
    await view
      .getByText(/Paris-Orly/)
      .first()
      .waitFor();
    assert.equal(await new Sight(view).button("Search this area").count(), 0);
  },

  async "no calls of tools: what would need one is not there"(scene) {
    const { view } = await scene.chat({ args: STATIONS, serverTools: false });
    const sight = new Sight(view);
    await sight.hasAnswer(8);
    await sight.nameOf(0).click();
    for (const name of ["Details", "Change", "More places", "Search this area"]) {
      assert.equal(await sight.button(name).filter({ visible: true }).count(), 0, String(name));
    }
  },

  async "reopened without a result: it is asked again, on a press"(scene) {
    const { view, host } = await scene.chat({ args: STATIONS, result: "never" });
    const sight = new Sight(view);
    await sight.button("Look again").click();
    await sight.hasAnswer(8);
    assert.deepEqual(host.called, [{ name: "get_nearby_data", arguments: STATIONS }]);
  },

  async "reopened without question and result: it asks where to look; an answer may still come"(
    scene,
  ) {
    const { view, host } = await scene.chat({});
    const sight = new Sight(view);
    await sight.field.waitFor();
    // Whoever is asked something first may think about it for long.
    assert.equal(await sight.heading.innerText(), "No places have come here yet");
    await host.ask(STATIONS);
    await sight.hasAnswer(8);
    await sight.button("Change").click();
    await sight.field.fill("Bremen");
    await sight.field.press("Enter");
    await view.getByRole("heading", { name: /Bremen/ }).waitFor();
  },

  async "a result before the view is ready"(scene) {
    const { view, host } = await scene.chat({ args: STATIONS, result: "before the view is ready" });
    await new Sight(view).hasAnswer(8);
    assert.deepEqual(host.called, []);
  },

  async "a result twice"(scene) {
    const { view, host } = await scene.chat({ args: STATIONS, result: "twice" });
    const sight = new Sight(view);
    await sight.hasTiles();
    await sight.hasAnswer(8);
    assert.deepEqual(host.called, []);
  },

  async "the question after the answer, and once more in another order"(scene) {
    const { view, host } = await scene.chat({});
    const sight = new Sight(view);
    await host.ask(STATIONS);
    await sight.hasAnswer(8);
    await host.tell(STATIONS);
    await host.tell(Object.fromEntries(Object.entries(STATIONS).toReversed()));
    await sight.button("Change").click();
    await sight.hasAnswer(8);
    await sight.field.fill("Lyon");
    await sight.field.press("Enter");
    await view.getByRole("heading", { name: /Lyon/ }).waitFor();
    const { latitude, longitude, ...kept } = STATIONS;
    assert.deepEqual(host.called[0]?.arguments, { ...kept, near: "Lyon" });
  },

  async "a tool without coordinates: no other area, no other place"(scene) {
    const { locatedProgram } = scene.stage;
    const args = { query: "station", radius: 5 };
    const { view, page } = await scene.chat({ args }, {}, locatedProgram);
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.map.focus();
    for (let press = 0; press < 4; press++) await page.keyboard.press("ArrowRight");
    await sight.rests();
    for (const name of ["Change", "Search this area", "Use my location"]) {
      assert.equal(await sight.button(name).filter({ visible: true }).count(), 0, String(name));
    }
  },

  async "a fixed height: filled, and scrolled inside"(scene) {
    const args = { near: "Berlin", radius: 50, limit: 50 };
    const context = { containerDimensions: { height: 500 } };
    const { view, host } = await scene.chat({ args, context });
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.rests();
    const frame = await view.evaluate(() => {
      const { scrollHeight, clientHeight } = document.documentElement;
      return { scrollHeight, clientHeight };
    });
    assert.deepEqual(frame, { scrollHeight: 500, clientHeight: 500 });
    const credits = (await sight.credits.boundingBox())!;
    const place = await view.evaluate(
      () => document.querySelector("footer")!.getBoundingClientRect().bottom,
    );
    assert.ok(place <= 500 && credits.height > 15, `The credits end at ${place} px`);
    assert.deepEqual(host.heightsPx, [], "It tells heights");
    await sight.showAll();
    await sight.rows.last().scrollIntoViewIfNeeded();
    assert.ok(await sight.rows.last().isVisible());
  },

  async "a bounded height is kept to, a free one is the content's"(scene) {
    const args = { near: "Berlin", radius: 50, limit: 50 };
    const bounded = await scene.chat({
      args,
      context: { containerDimensions: { maxHeight: 450 } },
    });
    await new Sight(bounded.view).hasAnswer();
    await new Sight(bounded.view).rests();
    const highest = Math.max(...bounded.host.heightsPx);
    assert.ok(highest <= 450, `${highest} px`);
    const safeAreaInsets = { top: 30, right: 10, bottom: 40, left: 10 };
    const free = await scene.chat({ args, context: { containerDimensions: {}, safeAreaInsets } });
    const sight = new Sight(free.view);
    await sight.hasAnswer();
    await sight.showAll();
    await sight.rests();
    await rests(free.host);
    const told = free.host.heightsPx.at(-1)!;
    const height = await free.view.evaluate(() => document.documentElement.scrollHeight);
    assert.ok(told > 1_000 && Math.abs(told - height) <= 1, `told ${told} px, is ${height} px`);
  },

  async "the theme switched while it runs"(scene) {
    const { view, host } = await scene.chat({ args: STATIONS });
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.hasTiles();
    const light = await coloursOf(sight.map);
    const colour = () => sight.heading.evaluate((element) => getComputedStyle(element).color);
    const before = await colour();
    await host.change({ theme: "dark" });
    await until(async () => (await colour()) !== before, "the heading keeps its colour");
    await sight.hasTiles();
    const [brightest] = [...light.keys()];
    await until(
      async () => ((await coloursOf(sight.map)).get(brightest!) ?? 0) < 0.01,
      `the map is still ${brightest}`,
    );
    await sight.hasAnswer(8);
  },

  async "the host's colours and fonts, where it gives them"(scene) {
    const variables = {
      "--color-background-primary": "rgb(250, 240, 230)",
      "--color-text-primary": "rgb(60, 30, 10)",
      "--font-sans": "Georgia, serif",
    };
    const { view } = await scene.chat({
      args: STATIONS,
      context: { styles: { variables } as never },
    });
    const sight = new Sight(view);
    await sight.hasAnswer();
    const { color, fontFamily } = await sight.heading.evaluate((element) => {
      const { color, fontFamily } = getComputedStyle(element);
      return { color, fontFamily };
    });
    assert.equal(color, "rgb(60, 30, 10)");
    assert.match(fontFamily, /^Georgia/);
  },

  async "shown in fullscreen from the start"(scene) {
    const { view, host } = await scene.chat(
      {
        args: STATIONS,
        context: { displayMode: "fullscreen", containerDimensions: { height: 700 } },
      },
      { viewport: { width: 800, height: 900 } },
    );
    const sight = new Sight(view);
    await sight.hasAnswer();
    const map = (await sight.map.boundingBox())!;
    assert.ok(map.height > 250, `The map is ${map.height} px high`);
    assert.deepEqual(host.heightsPx, []);
  },
};
