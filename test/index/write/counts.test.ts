import fc from "fast-check";
import { beforeEach, expect, it } from "vitest";
import { removeExpired } from "../../../src/imports/expire.ts";
import { putLexicon } from "../../../src/index/write/lexicon.ts";
import { lineageOf, type PlaceRecord } from "../../../src/records/place.ts";
import { Admin, required } from "../../support/admin.ts";
import { place, store } from "../../support/engine.ts";
import { modern } from "../../support/rpc.ts";
import { emptyStores, STORES } from "../../support/stores.ts";

const MINUTES = 60_000;
const admin = new Admin();

beforeEach(() => emptyStores());

async function namesNear(latitude: number, longitude: number): Promise<string[]> {
  const args = { latitude, longitude, radius: 5 };
  const { body } = await modern("tools/call", { name: "get_nearby_data", arguments: args });
  const { results } = body.result!.structuredContent as { results: { name: string }[] };
  return results.map(({ name }) => name);
}

it("shows the first place of a new kind at once, also after its kind has come and gone", async () => {
  const cafe = place("ok", -50, -20, { name: "Cafe", category: "amenity/cafe" });
  required(await admin.importParts("c", [[cafe]]));
  const first = place("new", -50, -20.0001, { name: "First", category: "brandnew/kind/of/thing" });
  for (let round = 0; round < 3; round++) {
    required(await admin.putPlace("c", first));
    expect(await namesNear(-50, -20)).toEqual(["Cafe", "First"]);
    required(await admin.deletePlace("c", "new"));
    expect(await namesNear(-50, -20)).toEqual(["Cafe"]);
  }
});

it("counts the places of every category and its parents, whatever comes, goes, is aborted, deleted, rebuilt and called otherwise", {
  timeout: 4 * MINUTES,
}, async () => {
  const path = fc.constantFrom("a", "a/b", "a/b/c", "a/bc", "ab/c", "x_y/z", "x%/z", "x-y");
  const one = fc.record({ id: fc.nat({ max: 5 }), path });
  const some = fc.array(one, { minLength: 1, maxLength: 6 });
  const collection = fc.constantFrom("c", "d");
  const step = fc.oneof(
    fc.record({ collection, put: one }),
    fc.record({ collection, remove: fc.nat({ max: 5 }) }),
    fc.record({ collection, bring: some, replaces: fc.boolean() }),
    fc.record({ collection, abort: some, replaces: fc.boolean(), steps: fc.nat({ max: 2 }) }),
    fc.record({ collection, expire: one }),
    fc.record({ deletes: collection }),
    fc.record({ rebuild: fc.constant(true) }),
    fc.record({ lexicon: fc.uniqueArray(path, { maxLength: 4 }) }),
  );
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
  const toRecord = ({ id, path }: { id: number; path: string }): PlaceRecord =>
    place(`p${id}`, id, id, { category: path });
  type Model = Record<string, Map<string, string>>;

  async function take(step: Step, model: Model): Promise<void> {
    if ("rebuild" in step) {
      await admin.rebuild();
      // The log has what is over by now, too.
      await removeExpired(STORES, Date.now());
      return;
    }
    if ("lexicon" in step) {
      const categories = step.lexicon.map((path) => ({ path, label: path, words: [path] }));
      await putLexicon(STORES, { categories, fingerprint: crypto.randomUUID() });
      return;
    }
    if ("deletes" in step) {
      required(await admin.deleteCollection(step.deletes));
      delete model[step.deletes];
      return;
    }
    const { collection } = step;
    if ("bring" in step) {
      const mode = step.replaces ? "replace" : "merge";
      required(await admin.importParts(collection, [step.bring.map(toRecord)], mode));
      if (step.replaces) delete model[collection];
      const all = model[collection] ?? new Map();
      model[collection] = all;
      // The first row of an id counts.
      for (const { id, path } of step.bring.toReversed()) all.set(`p${id}`, path);
      return;
    }
    if ("abort" in step) {
      const mode = step.replaces ? "replace" : "merge";
      const number = await admin.bringParts(collection, [step.abort.map(toRecord)], mode);
      // A merge is committed by its second step, a replacing import not before its third.
      const steps = Math.min(step.steps, step.replaces ? 1 : 0);
      for (let k = 0; k < steps; k++) required(await admin.finishOnce(collection, number, 1));
      required(await admin.abort(collection, number));
      return;
    }
    const all = model[collection];
    if (!all) return;
    if ("put" in step) {
      required(await admin.putPlace(collection, toRecord(step.put)));
      all.set(`p${step.put.id}`, step.put.path);
    } else if ("expire" in step) {
      const id = `p${step.expire.id}`;
      required(await admin.putPlace(collection, { ...toRecord(step.expire), validTo: 1_000 }));
      await removeExpired(STORES, Date.now());
      all.delete(id);
    } else if (all.delete(`p${step.remove}`)) {
      required(await admin.deletePlace(collection, `p${step.remove}`));
    }
  }

  async function expectCounts(model: Model): Promise<void> {
    const paths = Object.values(model).flatMap((all) => [...all.values()].flatMap(lineageOf));
    const { results } = await STORES.database
      .prepare("SELECT path, places FROM categories WHERE places <> 0")
      .all<{ path: string; places: number }>();
    const found = new Map(results.map(({ path, places }) => [path, places]));
    expect(found).toEqual(countOf(paths));
    const told = await store.collections();
    const categories = told.map(({ id, categories }) => [
      id,
      new Map(categories.map(({ path, places }) => [path, places])),
    ]);
    const expected = Object.entries(model).map(([id, all]) => [id, countOf([...all.values()])]);
    expect(new Map(categories as never)).toEqual(new Map(expected as never));
    expect(Object.fromEntries(told.map(({ id, places }) => [id, places]))).toEqual(
      Object.fromEntries(Object.entries(model).map(([id, { size }]) => [id, size])),
    );
  }

  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      await emptyStores();
      required(await admin.importParts("c", [[toRecord({ id: 9, path: "a/b" })]]));
      const model: Model = { c: new Map([["p9", "a/b"]]) };
      for (const step of steps) {
        await take(step, model);
        await expectCounts(model);
      }
    }),
    { numRuns: 20, seed: 20_261_129 },
  );
});

function countOf(paths: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(path, (counts.get(path) ?? 0) + 1);
  return counts;
}
