import assert from "node:assert/strict";
import { STATIONS } from "../answers.ts";
import type { Checks } from "../checks.ts";
import { until } from "../patience.ts";
import { Sight } from "../sight.ts";

export const does: Checks = {
  async "choosing a place in the list shows it on the map, and the other way round"(scene) {
    const { view } = await scene.chat({ args: STATIONS });
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.rests();
    const name = await sight.nameOf(1).innerText();
    await sight.nameOf(1).click();
    await sight.popup.waitFor();
    const popup = await sight.popup.innerText();
    assert.ok(popup.includes(name), `The map shows ${popup} for ${name}`);
    await sight.rests();
    // The popup covers those farther north.
    const south = view.locator(`[title="${await sight.nameOf(3).innerText()}"]`);
    const number = await south.innerText();
    await south.click();
    const chosen = sight.rows.filter({ has: view.locator("[aria-expanded=true]") });
    await chosen.waitFor();
    const text = await chosen.innerText();
    assert.match(text, new RegExp(`^${number}\\b`), `Mark ${number} chooses ${text}`);
    // Pressed again, it stays chosen, on the map and in the list.
    await south.click();
    await sight.rests();
    assert.deepEqual([await sight.popup.count(), await chosen.count()], [1, 1]);
    await sight.popup.getByRole("button", { name: /close/i }).press("Enter");
    await until(async () => (await sight.popup.count()) === 0, "The popup stays");
    assert.equal(await chosen.count(), 0);
    const focused = await view.evaluate(() => document.activeElement?.className);
    assert.equal(focused, "name", "The focus is lost with the popup");
  },

  async "details come from get_place, OpenStreetMap opens through the host"(scene) {
    const isDue = Promise.withResolvers<void>();
    const { view, host } = await scene.chat({
      args: { query: "large airport", near: "Paris", radius: 50 },
      async answer({ name }, ask) {
        if (name === "get_place") await isDue.promise;
        return ask();
      },
    });
    const sight = new Sight(view);
    await sight.hasAnswer(3);
    await sight.nameOf(0).click();
    await sight.button("Details").click();
    await sight.nameOf(1).focus();
    isDue.resolve();
    await view.getByText("LFPB", { exact: false }).first().waitFor();
    const isFocused = await sight.nameOf(1).evaluate((name) => name.matches(":focus"));
    assert.ok(isFocused, "The details have taken the focus");
    assert.deepEqual(host.called, [{ name: "get_place", arguments: { id: "airports.LFPB" } }]);
    await sight.link("Open in OpenStreetMap").click();
    await until(() => host.opened.length === 1, "no link was opened");
    assert.match(host.opened[0]!, /^https:\/\/www\.openstreetmap\.org\/.*48\.9\d+/);
  },

  async "a link that the host refuses is not opened past it"(scene) {
    const { view, host } = await scene.chat({ args: STATIONS, refusesLinks: true });
    const sight = new Sight(view);
    await sight.hasAnswer();
    await view.evaluate(() => {
      window.open = () => {
        document.title = "opened";
        return null;
      };
    });
    await sight.nameOf(0).click();
    await sight.link("Open in OpenStreetMap").click();
    await until(() => host.opened.length === 1, "the host is not asked");
    await sight.rests();
    assert.notEqual(await view.title(), "opened");
  },

  async "the map moved: the area is searched with the same words, and the model told"(scene) {
    const args = { ...STATIONS, category: "railway" };
    const { view, host, page } = await scene.chat({ args });
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.rests();
    assert.equal(
      await sight.button("Search this area").count(),
      0,
      "It is offered before the map has moved",
    );
    const before = await sight.heading.innerText();
    await sight.drag(page, -0.6);
    await sight.button("Search this area").click();
    await until(() => host.told !== undefined, "the model was not told");
    const [{ name, arguments: given }] = host.called as [(typeof host.called)[0]];
    assert.equal(name, "get_nearby_data");
    const { latitude, longitude, radius, unit, ...kept } = given as Record<string, number>;
    assert.ok(Math.abs(latitude! - 52.5) < 0.3 && longitude! > 13.41, JSON.stringify(given));
    assert.ok(
      radius! > 0 && radius! < 50 && ["km", undefined].includes(unit as never),
      JSON.stringify(given),
    );
    assert.deepEqual(kept, { query: "station", category: "railway", limit: 8 });
    assert.notEqual(await sight.heading.innerText(), before);
    assert.match(host.told!, /station/);
    assert.equal(await sight.button("Search this area").count(), 0, "It is still offered");
  },

  async "the area searched: what is chosen stays so in list and map, or in neither"(scene) {
    const { view, page } = await scene.chat({ args: STATIONS });
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.rests();
    await sight.nameOf(1).click();
    await sight.rests();
    for (const [share, count] of [
      [0.1, 1],
      [-0.8, 0],
    ] as const) {
      const before = await sight.heading.innerText();
      await sight.drag(page, share);
      await sight.button("Search this area").click();
      await until(async () => (await sight.heading.innerText()) !== before, "nothing is found");
      await sight.rests();
      assert.deepEqual(await sight.chosen(), { rows: count, marks: count, popups: count });
    }
  },

  async "another place by its name"(scene) {
    const { view, host } = await scene.chat({ args: STATIONS });
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.button("Change").click();
    await sight.field.fill("Lyon");
    await sight.field.press("Enter");
    await view.getByRole("heading", { name: /Lyon/ }).waitFor();
    const [call] = host.called;
    const { latitude, longitude, ...kept } = STATIONS;
    assert.deepEqual(call?.arguments, { ...kept, near: "Lyon" });
    await until(() => host.told?.includes("Lyon") ?? false, "the model was not told");
  },

  async "larger, and smaller again, where the host has it"(scene) {
    const { view, wire } = await scene.chat({ args: STATIONS });
    const sight = new Sight(view);
    await sight.hasAnswer();
    const small = (await sight.map.boundingBox())!.height;
    await sight.button("Larger").click();
    await sight.button("Smaller").waitFor();
    const heightNow = async () => (await sight.map.boundingBox())!.height;
    await until(async () => (await heightNow()) > small, `The map stays ${small} px high`);
    assert.equal(wire.sent("ui/request-display-mode").length, 1);
    await sight.button("Smaller").click();
    await sight.button("Larger").waitFor();
    const alone = await scene.chat({
      args: STATIONS,
      context: { availableDisplayModes: ["inline"] },
    });
    await new Sight(alone.view).hasAnswer();
    assert.equal(
      await new Sight(alone.view).button("Larger").count(),
      0,
      "It is offered where it cannot work",
    );
  },
};
