import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { isLoaded, loadPlaces } from "../../src/places/load.ts";
import { findNearby } from "../../src/places/nearby.ts";
import { PlaceStore } from "../../src/places/place-store.ts";
import { FINGERPRINT, loadParis, PARIS } from "../support/places.ts";

const store = new PlaceStore(env.PLACES_DB, env.PLACES_BUCKET);
const near = async () => {
  const { places } = await findNearby(store, {
    center: PARIS,
    radiusMeters: 50_000,
    limit: 50,
    text: "",
  });
  return places.map(({ row }) => row.source_id);
};

/** Fails at its n-th call, as a store does that goes away. */
function failingAt<T extends object>(target: T, method: keyof T, call: number): T {
  let calls = 0;
  return new Proxy(target, {
    get(object, name) {
      const value = Reflect.get(object, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        if (name === method && ++calls === call) throw new Error("gone");
        return Reflect.apply(value, object, args);
      };
    },
  });
}

it.each([1, 2, 3, 4, 5])(
  "counts as not loaded when the database fails at step %i, and loads again",
  async (step) => {
    await loadParis();
    const whole = await near();
    await expect(loadParis({ database: failingAt(env.PLACES_DB, "batch", step) })).rejects.toThrow(
      "gone",
    );
    if (step > 1) expect(await isLoaded(env.PLACES_DB, FINGERPRINT)).toBe(false);
    await loadParis();
    expect(await isLoaded(env.PLACES_DB, FINGERPRINT)).toBe(true);
    expect(await near()).toEqual(whole);
  },
);

it("counts as not loaded when the bucket fails", async () => {
  await expect(loadParis({ bucket: failingAt(env.PLACES_BUCKET, "put", 1) })).rejects.toThrow(
    "gone",
  );
  expect(await isLoaded(env.PLACES_DB, FINGERPRINT)).toBe(false);
});

it("refuses a place of a category that it was not told of", async () => {
  const place = { sourceId: "1", name: "Nowhere", category: "no/such", ...PARIS };
  const collection = { id: "x", title: "", license: "", attribution: "", url: "", asOf: "" };
  const load = {
    collections: [{ collection, records: [place] }],
    categories: [],
    fingerprint: "x",
  };
  await expect(loadPlaces(env.PLACES_DB, env.PLACES_BUCKET, load)).rejects.toThrow(
    "No category no/such",
  );
});
