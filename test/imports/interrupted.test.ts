import { beforeEach, expect, it } from "vitest";
import type { Stores } from "../../src/index/write/transaction.ts";
import { idsNear, importAll, place, store } from "../support/engine.ts";
import { interposed } from "../support/interposed.ts";
import { atMoments } from "../support/simulator.ts";
import { emptyStores, STORES } from "../support/stores.ts";

beforeEach(() => emptyStores());

const MINUTES = 60_000;

/** Stores that fail at the n-th call that writes, or reads the bucket: before it is carried out, or after. */
function failingAt(call: number, after: boolean): { stores: Stores; reached: () => boolean } {
  let calls = 0;
  const stores = interposed(STORES, async (what, carryOut) => {
    if (!/^(?:batch|put|delete|get) /.test(what)) return carryOut();
    calls += 1;
    if (calls !== call) return carryOut();
    if (after) await carryOut();
    throw new Error("gone");
  });
  return { stores, reached: () => calls >= call };
}

const HERE = { latitude: 0, longitude: 0 };
const before = Array.from({ length: 20 }, (_, k) =>
  place(`p${k}`, 0, k / 100, { name: `Old ${k}` }),
);
/** Some stay, some change, some go, some are new, some share a spot. */
const after = [
  ...before.slice(0, 5),
  ...before.slice(5, 10).map((one) => ({ ...one, name: one.name.replace("Old", "New") })),
  ...Array.from({ length: 15 }, (_, k) => place(`n${k}`, 0, 0, { name: `New n${k}` })),
];

async function state() {
  const ids = (await idsNear(HERE)).sort();
  const [collection] = await store.collections();
  const words = await Promise.all(["old", "new"].map((text) => idsNear(HERE, { text })));
  return { ids, words: words.map((found) => found.sort()), places: collection!.places };
}

/** So that there are several parts, and not many steps that are alike. */
const PART_SIZE = 13;

it("loses nothing at whichever step it fails", { timeout: 5 * MINUTES }, async () => {
  const options = { mode: "replace", partSize: PART_SIZE, fingerprint: "after" } as const;
  await importAll("c", before);
  const old = await state();
  await importAll("c", after, options);
  const whole = await state();

  const last = await atMoments(async (moment) => {
    let isReached = true;
    for (const isAnswerLost of [false, true]) {
      await emptyStores();
      await importAll("c", before, { partSize: before.length });
      const { stores, reached } = failingAt(moment, isAnswerLost);
      const broken = await importAll("c", after, { ...options, stores }).catch(
        (error: Error) => error,
      );
      isReached = reached();
      if (isReached) expect(broken).toMatchObject({ message: "gone" });
      // What readers see is the one or the other.
      expect([old, whole]).toContainEqual(await state());
      // The same again finishes it.
      if (isReached) await importAll("c", after, options);
      expect(await state()).toEqual(whole);
      const left = await STORES.database
        .prepare("SELECT count(*) AS n FROM places")
        .first<{ n: number }>();
      expect(left!.n).toBe(whole.places);
    }
    return isReached;
  });
  // Two parts, and what starts and finishes them.
  expect(last).toBeGreaterThan(10);
});
