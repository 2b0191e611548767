import { beforeEach, describe, expect, it } from "vitest";
import { finishStep } from "../../src/imports/finish.ts";
import { stage, startImport } from "../../src/imports/job.ts";
import { PlaceIndex } from "../../src/index/place-index.ts";
import { cachedSnapshot, dropCachedSnapshot } from "../../src/index/snapshot.ts";
import { findNearby } from "../../src/nearby/find.ts";
import { Admin, isOk, required } from "../support/admin.ts";
import { metadata, place } from "../support/engine.ts";
import { expectEverywhere } from "../support/everywhere.ts";
import { hold, interposed } from "../support/interposed.ts";
import { faultsOf, readIndex } from "../support/keyed-places.ts";
import { questionOf } from "../support/question.ts";
import { emptyStores, STORES } from "../support/stores.ts";

const A = place("a", 1, 1);
const admin = new Admin();

beforeEach(async () => {
  await emptyStores();
  required(await admin.importParts("c", [[A]]));
  required(await admin.importParts("d", [[A]]));
});

/** Asks as another isolate would, which has the snapshot of before. */
async function tripsAndRows(): Promise<{ trips: number; places: number }> {
  let trips = 0;
  const { database, bucket } = interposed(STORES, (_, carryOut) => {
    trips += 1;
    return carryOut();
  });
  const index = new PlaceIndex(database, bucket);
  const question = questionOf({ center: A, radiusMeters: 50_000, limit: 10, text: "" });
  const { places } = await findNearby(index, question);
  return { trips, places: places.length };
}

describe("a question takes one round trip", () => {
  it("of an isolate that has never asked", async () => {
    dropCachedSnapshot(STORES.database);
    expect(await tripsAndRows()).toEqual({ trips: 1, places: 2 });
  });

  it("right after an edit, an import and other metadata elsewhere", async () => {
    await tripsAndRows();
    required(await admin.putPlace("c", place("b", 1, 1.01)));
    expect(await tripsAndRows()).toEqual({ trips: 1, places: 3 });
    required(await admin.importParts("e", [[A]]));
    expect(await tripsAndRows()).toEqual({ trips: 1, places: 4 });
    required(await admin.changeTitle("c", "Other"));
    expect(await tripsAndRows()).toEqual({ trips: 1, places: 4 });
  });
});

it("an import under way changes nothing that readers keep, an edit only its version", async () => {
  const index = new PlaceIndex(STORES.database, STORES.bucket);
  const before = await index.snapshot();
  const start = { mode: "merge", fingerprint: "f", metadata: metadata("c") } as const;
  const { number } = await startImport(STORES, start);
  const ref = { collection: "c", number };
  for (let part = 0; part < 5; part++) {
    await stage(STORES, ref, { part, digest: "", entries: [place(`p${part}`, 2, part)] });
  }
  expect(await index.snapshot()).toEqual(before);
  await finishStep(STORES, ref, 5);
  expect(await index.snapshot()).toEqual(before);
  await finishStep(STORES, ref, 5);
  const after = await index.snapshot();
  expect(after.generation).toBeGreaterThan(before.generation);
  while (!(await finishStep(STORES, ref, 5)).done);
  expect(await index.snapshot()).toEqual(after);
  required(await admin.putPlace("d", place("e", 3, 3)));
  expect(cachedSnapshot(STORES.database)).toBeUndefined();
  expect(await index.snapshot()).toMatchObject({ catalog: after.catalog });
});

describe("writers of different collections", () => {
  it("do not wait for each other", async () => {
    const slow = await hold([/^batch .*INSERT INTO places\b/s], (by) =>
      by.putPlace("c", place("late", 5, 5)),
    );
    for (let k = 0; k < 20; k++) required(await admin.putPlace("d", place(`d${k}`, 6, k)));
    let tries = 0;
    const { stores } = new Admin(
      interposed(STORES, (what, carryOut) => {
        if (/^batch .*INSERT INTO places\b/s.test(what)) tries += 1;
        return carryOut();
      }),
    );
    required(await new Admin(stores).putPlace("d", place("one", 7, 7)));
    expect(tries).toBe(1);
    expect((await slow.release()).status).toBe(201);
    await expectEverywhere({
      c: [A, place("late", 5, 5)],
      d: [A, place("one", 7, 7), ...Array.from({ length: 20 }, (_, k) => place(`d${k}`, 6, k))],
    });
  });

  it("give keys of one leaf cell that go together, and ids of categories", async () => {
    const names = Array.from({ length: 6 }, (_, k) => `x${k}`);
    for (const name of names) required(await admin.importParts(name, [[place("first", 9, 9)]]));
    for (let round = 0; round < 6; round++) {
      const answers = await Promise.all(
        names.map((name, k) =>
          admin.putPlace(
            name,
            place(`r${round}`, 20 + (k % 3) * 1e-6, 20, { category: `new/kind${round}-${k}` }),
          ),
        ),
      );
      expect(answers.filter(isOk)).toHaveLength(names.length);
      expect(faultsOf(await readIndex())).toEqual([]);
    }
    const { results } = await STORES.database
      .prepare(
        `SELECT path FROM categories JOIN places ON places.category = categories.id
         WHERE path LIKE 'new/%' AND path NOT LIKE 'new/kind' || substr(source_id, 2) || '-%'`,
      )
      .all();
    expect(results).toEqual([]);
  });

  it.each([1, 4, 9, 11, 40])("when %d others come to a cell in between", async (others) => {
    const here = (id: string, k: number) => place(id, 30 + (k % 4) * 1e-6, 30);
    for (let k = 0; k < 5; k++) required(await admin.putPlace("c", here(`c${k}`, k)));
    const slow = await hold([/^batch .*INSERT INTO places\b/s], (by) =>
      by.importParts("c", [Array.from({ length: 8 }, (_, k) => here(`n${k}`, k))]),
    );
    const came = Array.from({ length: others }, (_, k) => here(`d${k}`, k));
    required(await admin.importParts("d", [came]));
    required(await slow.release());
    expect(faultsOf(await readIndex())).toEqual([]);
    const { body } = await admin.call("GET", "/collections/c");
    expect(body).toMatchObject({ places: 14 });
  });

  it("when others come to a cell in between, and leave again", async () => {
    const here = (id: string, k: number) => place(id, 30 + k * 1e-6, 30);
    for (let k = 0; k < 5; k++) required(await admin.putPlace("c", here(`c${k}`, k)));
    const slow = await hold([/^batch .*INSERT INTO places\b/s], (by) =>
      by.putPlace("c", here("late", 6)),
    );
    required(
      await admin.importParts("e", [Array.from({ length: 20 }, (_, k) => here(`e${k}`, 7))]),
    );
    required(await admin.deleteCollection("e"));
    required(await slow.release());
    expect(faultsOf(await readIndex())).toEqual([]);
  });
});
