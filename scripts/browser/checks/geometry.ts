import assert from "node:assert/strict";
import { type Answer, changed, STATIONS } from "../answers.ts";
import type { Checks } from "../checks.ts";
import { Sight } from "../sight.ts";

/** Questions that maps get wrong. Of a large part of the earth no ring is to be seen whole. */
const FAR = {
  "across ±180°": { latitude: -17, longitude: 179.9, radius: 700, query: "airport", limit: 50 },
  "from the other side": { latitude: 65, longitude: -179.5, radius: 700, limit: 20 },
  "at the north pole": { latitude: 89.5, longitude: 20, radius: 2_000, limit: 20 },
  "at the south pole": { latitude: -90, longitude: 0, radius: 4_000, limit: 20 },
  "a part of the world": { latitude: -1.29, longitude: 36.82, radius: 9_000, query: "capital" },
  "half the earth": { latitude: 1.5, longitude: 36, radius: 20_000, query: "capital", limit: 50 },
  "all of it from a pole": { latitude: 90, longitude: 0, radius: 20_000, query: "capital" },
};
/** From here on, in kilometres, places are near for all that was searched. */
const LARGE = 9_000;
const AROUND = { query: "station", latitude: 52.52, longitude: 13.405, radius: 50 };

export const geometry: Checks = {
  async "±180°, poles, half the earth: point, ring and places are in the picture"(scene) {
    const { view, host } = await scene.chat({ args: STATIONS });
    const sight = new Sight(view);
    await sight.hasAnswer();
    for (const [where, args] of Object.entries(FAR)) {
      await host.ask(args);
      await view.getByRole("heading", { name: `of ${args.latitude}` }).waitFor();
      await sight.settled();
      await isInPicture(sight, where);
      if (args.radius < LARGE) {
        await hasRing(sight, where);
        continue;
      }
      assert.match(await sight.scale.innerText(), /^\d,000 km$/);
      const isCut = await sight.scale.evaluate((line) => line.scrollWidth > line.clientWidth);
      assert.ok(!isCut, `${where}: what the scale says is longer than its line`);
    }
  },

  async "the map moved across ±180°, and the area searched: the places are in the picture"(scene) {
    const args = { latitude: -17, longitude: 179.9, radius: 300, limit: 8 };
    const { view, page } = await scene.chat({ args });
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.rests();
    await sight.drag(page, -0.3);
    await sight.button("Search this area").click();
    await view.getByRole("heading", { name: "middle of the map" }).waitFor();
    await sight.rests();
    await isInPicture(sight, "across ±180°");
    await hasRing(sight, "across ±180°");
  },

  async "±180° close up: the map is drawn on both sides"(scene) {
    // The closer, the more tiles there are from one side around to the other. The nearest place would be shown from afar.
    const near = { latitude: -16.8512, radius: 1 };
    const answer = changed(() => ({ results: [], nearest_beyond: undefined }));
    for (const longitude of [179.9987, -179.9987]) {
      const { view } = await scene.chat({ args: { ...near, longitude }, answer });
      await new Sight(view).hasTiles();
    }
  },

  async "fifty places on one point, a single one, all in one direction, the point among them"(
    scene,
  ) {
    const { view, host } = await scene.chat({ args: STATIONS });
    const sight = new Sight(view);
    await sight.hasAnswer();
    const { content, structuredContent } = await scene.stage.program.call("get_nearby_data", {
      ...AROUND,
      limit: 50,
    });
    const answer = structuredContent as unknown as Answer;
    const show = async (name: string, results: readonly object[]) => {
      const changed = { ...answer, query: name, results };
      await host.give({ content, structuredContent: changed });
      await view.getByRole("heading", { name }).waitFor();
      await sight.hasAnswer(results.length);
      await sight.settled();
      await isInPicture(sight, name);
    };
    const { results } = answer;
    assert.equal(results.length, 50);
    const there = { latitude: 52.53, longitude: 13.415 };
    await show(
      "on one point",
      results.map((place) => ({ ...place, ...there })),
    );
    await sight.markers.filter({ hasText: /^1/ }).click();
    await sight.popup.waitFor();
    await show("a single one", [{ ...results[0], ...there }]);
    await show(
      "to the east",
      results.slice(0, 8).map((place, index) => {
        return { ...place, latitude: 52.52 + 0.001 * index, longitude: 13.9 };
      }),
    );
    const { bearing, ...first } = { bearing: undefined, ...results[0] };
    const here = { latitude: 52.52, longitude: 13.405, distance_km: 0 };
    await show("the point itself", [{ ...first, ...here }, ...results.slice(1, 8)]);
    assert.match((await sight.places.allInnerTexts())[0]!, /here/);
  },
};

/** Every mark is within the map, and no shape is nonsense. */
async function isInPicture(sight: Sight, where: string): Promise<void> {
  const outside = await sight.map.evaluate((map) => {
    const frame = map.getBoundingClientRect();
    return [...map.querySelectorAll(".leaflet-marker-icon")]
      .map((mark) => ({ text: mark.textContent, box: mark.getBoundingClientRect() }))
      .map(({ text, box }) => ({
        text,
        x: box.x + box.width / 2 - frame.x,
        y: box.y + box.height / 2 - frame.y,
      }))
      .filter(({ x, y }) => !(x >= 0 && y >= 0 && x <= frame.width && y <= frame.height))
      .map(({ text, x, y }) => `${text} at ${Math.round(x)}, ${Math.round(y)}`);
  });
  assert.deepEqual(outside, [], `${where}: marks outside of the map`);
  const shapes = await sight.map
    .locator("path")
    .evaluateAll((paths) => paths.map((path) => path.getAttribute("d")));
  assert.doesNotMatch(shapes.join(), /NaN|Infinity/);
}

/** The circle that was searched is to be seen, all of it. */
async function hasRing(sight: Sight, where: string): Promise<void> {
  const { ring, frame } = await sight.map.evaluate((map) => {
    const boxOf = (element: Element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return { left, top, right, bottom };
    };
    return { ring: boxOf(map.querySelector("path.ring")!), frame: boxOf(map) };
  });
  const told = `${where}: the ring is ${JSON.stringify(ring)} in ${JSON.stringify(frame)}`;
  assert.ok(ring.right - ring.left > 50 && ring.bottom - ring.top > 50, told);
  assert.ok(ring.left >= frame.left && ring.right <= frame.right, told);
  assert.ok(ring.top >= frame.top && ring.bottom <= frame.bottom, told);
}
