import { beforeEach, expect, it } from "vitest";
import type { Stores } from "../../src/index/write/transaction.ts";
import { idsNear, importAll, place, store } from "../support/engine.ts";
import { interposed } from "../support/interposed.ts";
import { emptyStores, STORES } from "../support/stores.ts";

beforeEach(() => emptyStores());

const KILLS = 30;
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

it(`loses nothing over ${KILLS} failures, each at another step`, {
  timeout: 5 * MINUTES,
}, async () => {
  await importAll("c", before, { partSize: 6 });
  const old = await state();
  await importAll("c", after, { mode: "replace", partSize: 6 });
  const whole = await state();

  let broken = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await emptyStores();
    await importAll("c", before, { partSize: 6 });
    const { stores, reached } = failingAt(1 + Math.floor(kill / 2), kill % 2 === 1);
    const options = { mode: "replace", partSize: 6, fingerprint: "after" } as const;
    await importAll("c", after, { ...options, stores }).catch((error: Error) => {
      expect(error.message).toBe("gone");
      broken += 1;
    });
    // What readers see is the one or the other.
    expect([old, whole]).toContainEqual(await state());
    // The same again finishes it.
    if (reached()) await importAll("c", after, options);
    expect(await state()).toEqual(whole);
    const left = await STORES.database
      .prepare("SELECT count(*) AS n FROM places")
      .first<{ n: number }>();
    expect(left!.n).toBe(whole.places);
  }
  expect(broken).toBeGreaterThan(KILLS / 2);
});
