import assert from "node:assert/strict";
import { type Answer, changed, eachPlace, STATIONS } from "../answers.ts";
import type { Checks } from "../checks.ts";
import { Sight } from "../sight.ts";

/** Questions that maps get wrong. */
const FAR: Readonly<Record<string, Record<string, unknown>>> = {
  "across ±180°": { latitude: -17, longitude: 179.9, radius: 700, limit: 20 },
  "across ±180°, from the other side": { latitude: 65, longitude: -179.5, radius: 900, limit: 20 },
  "at the north pole": { latitude: 89.5, longitude: 20, radius: 2_000, limit: 20 },
  "at the south pole": { latitude: -90, longitude: 0, radius: 4_000, limit: 20 },
  "half the earth": { near: "Nairobi", radius: 20_000, query: "capital", limit: 50 },
  "all of the earth from a pole": {
    latitude: 90,
    longitude: 0,
    radius: 20_000,
    query: "capital",
    limit: 50,
  },
};

export const geometry: Checks = {
  ...(Object.fromEntries(
    Object.entries(FAR).map(([where, args]) => [
      `${where}: point, ring and places are in the picture`,
      async (scene) => {
        const { view } = await scene.chat({ args });
        const sight = new Sight(view);
        await sight.hasAnswer();
        await sight.settled();
        await isInPicture(sight);
      },
    ]),
  ) as Checks),

  async "fifty places on one point, and a single place"(scene) {
    for (const limit of [50, 1]) {
      const { view } = await scene.chat({
        args: { near: "Berlin", radius: 50, limit },
        answer: changed(({ location, results }) => ({
          results: results.map((place) => ({ ...place, ...at(location, 0.01, 0.01) })),
        })),
      });
      const sight = new Sight(view);
      await sight.hasAnswer(limit);
      await sight.settled();
      await isInPicture(sight);
      await sight.markers.filter({ hasText: /^1/ }).click();
      await sight.popup.waitFor();
    }
  },

  async "the point itself among the places"(scene) {
    const { view } = await scene.chat({
      args: STATIONS,
      answer: changed(({ location, results: [first, ...rest] }) => {
        const { bearing, ...here } = { ...first, bearing: undefined };
        return { results: [{ ...here, ...at(location, 0, 0), distance_km: 0 }, ...rest] };
      }),
    });
    const sight = new Sight(view);
    await sight.hasAnswer(8);
    await sight.settled();
    await isInPicture(sight);
    assert.match((await sight.places.allInnerTexts())[0]!, /here/);
  },

  async "all places in one direction, at the edge"(scene) {
    const { view } = await scene.chat({
      args: STATIONS,
      answer: eachPlace((_, index) => ({ latitude: 52.52 + 0.001 * index, longitude: 13.47 })),
    });
    const sight = new Sight(view);
    await sight.hasAnswer(8);
    await sight.settled();
    await isInPicture(sight);
  },
};

function at({ latitude, longitude }: Answer["location"], north: number, east: number) {
  return { latitude: Number(latitude) + north, longitude: Number(longitude) + east };
}

/** Every mark is within the map, and no shape is nonsense. */
async function isInPicture(sight: Sight): Promise<void> {
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
  assert.deepEqual(outside, [], "marks outside of the map");
  const shapes = await sight.map
    .locator("path")
    .evaluateAll((paths) => paths.map((path) => path.getAttribute("d")));
  assert.ok(
    shapes.some((shape) => shape && shape.length > 20),
    "There is no circle",
  );
  assert.doesNotMatch(shapes.join(), /NaN|Infinity/);
}
