import assert from "node:assert/strict";
import { NAMED, STATIONS } from "../answers.ts";
import type { Checks } from "../checks.ts";
import { until } from "../patience.ts";
import { Sight } from "../sight.ts";

/** Nobody says where: the tool has nothing to answer. */
const NOWHERE = { query: "station", radius: 5 };

export const before: Checks = {
  async "while it looks: what is being looked for"(scene) {
    const { view, page } = await scene.chat({ args: NAMED, result: "never" });
    await view.getByRole("heading", { name: /Looking for .*station.* near Berlin/ }).waitFor();
    assert.equal(await new Sight(view).places.count(), 0);
    assert.ok(await page.locator("iframe").isVisible());
  },

  async "a call that was ended"(scene) {
    const { view } = await scene.chat({ args: STATIONS, result: "cancelled" });
    await view.getByRole("heading", { name: "The search was stopped" }).waitFor();
    assert.doesNotMatch(await new Sight(view).text(), /The user said so/, "the host's words");
    await new Sight(view).button("Try again").waitFor();
    const unknown = await scene.chat({ result: "cancelled" });
    await unknown.view.getByRole("heading", { name: "The search was stopped" }).waitFor();
    assert.equal(await new Sight(unknown.view).button("Try again").count(), 0, "Again what?");
  },

  async "nothing anywhere"(scene) {
    const { view } = await scene.chat({ args: { query: "zzqx vwkj", near: "Paris", radius: 5 } });
    const sight = new Sight(view);
    await view.getByRole("heading", { name: /^No places/ }).waitFor();
    assert.equal(await sight.places.count(), 0);
    await sight.map.waitFor();
  },

  async "nobody knows where the person is: a field, and the way to /here"(scene) {
    const { view, host } = await scene.chat({ args: NOWHERE });
    const sight = new Sight(view);
    await view.getByRole("heading", { name: "Where should I look?" }).waitFor();
    assert.doesNotMatch(
      await sight.text(),
      /Ask the user|set_location|\bnear\b.*latitude/,
      "the tool's words for the model",
    );
    assert.equal(await sight.button("Use my location").count(), 0, "A button that cannot work");
    await sight.link("share where you are").click();
    await until(() => host.opened.length === 1, "no link was opened");
    assert.equal(host.opened[0], new URL("/here", scene.stage.server).href);
    await sight.field.fill("Hamburg");
    await sight.field.press("Enter");
    await view.getByRole("heading", { name: /Hamburg/ }).waitFor();
    assert.deepEqual(host.called, [
      { name: "get_nearby_data", arguments: { ...NOWHERE, near: "Hamburg" } },
    ]);
  },

  async "a question that cannot be answered: in words of the view's own, and no other place"(
    scene,
  ) {
    const { view } = await scene.chat({ args: { ...NAMED, category: "nonsense" } });
    await view.getByRole("heading", { name: "That did not work" }).waitFor();
    const sight = new Sight(view);
    assert.doesNotMatch(await sight.text(), /"category"|leave|aeroway/);
    assert.equal(await sight.field.filter({ visible: true }).count(), 0);
    assert.equal(await sight.button("Try again").count(), 0, "The same would fail again");
  },

  async "what is open, where nothing has hours: the same is found, open or not"(scene) {
    const { view, host } = await scene.chat({ args: { ...NAMED, open_now: true } });
    await view.getByText("It is not known here what is open.", { exact: true }).waitFor();
    const sight = new Sight(view);
    assert.equal(await sight.field.filter({ visible: true }).count(), 0);
    await sight.button("Search, open or not").click();
    await view.getByRole("heading", { name: /places for “station”/ }).waitFor();
    assert.deepEqual(host.called, [{ name: "get_nearby_data", arguments: NAMED }]);
  },

  async "a place that is not known: the field stays, in words of the view's own"(scene) {
    const { view } = await scene.chat({ args: NOWHERE });
    const sight = new Sight(view);
    await sight.field.fill("Qwzxkjv");
    await sight.field.press("Enter");
    await view
      .getByText(/Qwzxkjv/)
      .first()
      .waitFor();
    assert.ok(await sight.field.isVisible());
    assert.equal(await sight.field.inputValue(), "Qwzxkjv");
  },
};
