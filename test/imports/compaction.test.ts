import { beforeEach, describe, expect, it } from "vitest";
import { compactAll, compactStep, flushEdits, runsToMerge } from "../../src/imports/compaction.ts";
import { deletePlace, putPlace } from "../../src/imports/edits.ts";
import { objectNumbers, readManifest } from "../../src/records/manifest.ts";
import { Admin, required } from "../support/admin.ts";
import { place, store } from "../support/engine.ts";
import { expectRebuilt, objectNames } from "../support/everywhere.ts";
import { hold, interposed } from "../support/interposed.ts";
import { emptyStores, STORES } from "../support/stores.ts";

const A = place("a", 1, 1);

const admin = new Admin();

beforeEach(async () => {
  await emptyStores();
  required(await admin.importParts("c", [[A]]));
});

async function recordOf(sourceId: string) {
  const { row, snapshot } = (await store.find("c", sourceId))!;
  return (await store.records([row], snapshot))[0];
}

const logOf = async (collection: string) =>
  objectNumbers((await readManifest(STORES.bucket, collection))!);

/** Edits that go into the log one by one. */
async function editAndFlush(edits: number): Promise<ReturnType<typeof place>[]> {
  const places = Array.from({ length: edits }, (_, k) => place(`e${k % 20}`, 2, k / 1_000));
  for (const one of places) {
    await putPlace(STORES, "c", one);
    await flushEdits(STORES, "c");
  }
  return [...new Map(places.map((one) => [one.sourceId, one])).values()];
}

it("an edit takes one put, and its record can be read at once", async () => {
  const puts: string[] = [];
  const stores = interposed(STORES, (what, carryOut) => {
    if (what.startsWith("put ")) puts.push(what);
    return carryOut();
  });
  const b = place("b", 2, 2, { attributes: { note: "in the outbox" } });
  await putPlace(stores, "c", b);
  expect(puts).toEqual([expect.stringMatching(/^put edits\/c\/\d{8}\.ndjson$/)]);
  expect(await recordOf("b")).toEqual(b);
  await compactAll(STORES);
  expect(await recordOf("b")).toEqual(b);
});

it("the edits of a collection come into one object, without those that others overrule", async () => {
  for (let k = 0; k < 10; k++) await putPlace(STORES, "c", { ...A, name: `Place ${k}` });
  await putPlace(STORES, "c", place("b", 2, 2));
  await deletePlace(STORES, "c", "b");
  expect((await objectNames()).filter((name) => name.startsWith("edits/"))).toHaveLength(12);
  const before = await logOf("c");
  await compactAll(STORES);
  const after = await logOf("c");
  expect(after).toHaveLength(before.length + 1);
  const object = await STORES.bucket.get(
    `records/c/${String(after.at(-1)).padStart(8, "0")}.ndjson`,
  );
  expect((await object!.text()).trimEnd().split("\n")).toHaveLength(2);
  expect((await objectNames()).filter((name) => name.startsWith("edits/"))).toEqual([]);
  await expectRebuilt({ c: [{ ...A, name: "Place 9" }] });
});

it("a reader that has the row of before finds the record after a compaction", async () => {
  const edited = await editAndFlush(12);
  const { row, snapshot } = (await store.find("c", "e3"))!;
  const record = edited.find(({ sourceId }) => sourceId === "e3");
  expect(await store.records([row], snapshot)).toEqual([record]);
  await compactAll(STORES);
  expect((await store.find("c", "e3"))!.row.record_object).not.toBe(row.record_object);
  expect(await store.records([row], snapshot)).toEqual([record]);
});

it("small objects are merged, and the log says the same", async () => {
  const edited = await editAndFlush(30);
  await deletePlace(STORES, "c", "e5");
  await compactAll(STORES);
  expect((await logOf("c")).length).toBeLessThan(8);
  const named = await logOf("c");
  const there = (await objectNames()).filter((name) => name.startsWith("records/"));
  expect(there).toHaveLength(named.length);
  await expectRebuilt({ c: [A, ...edited.filter(({ sourceId }) => sourceId !== "e5")] });
});

describe("a flush", () => {
  it.each([
    ["reads the manifest", [/^get collections\//]],
    ["reads the edits", [/^all SELECT number, text FROM outbox/]],
    ["writes the object", [/^put records\//]],
    ["writes the manifest", [/^put collections\//]],
    ["points rows to it", [/^batch .*UPDATE places/s]],
    ["deletes the edits", [/^(?:list|delete) edits\//]],
  ])("that is slow as it %s spoils nothing of others", async (_, moment) => {
    const first = { ...A, name: "Place first" };
    const second = { ...A, name: "Place second" };
    required(await admin.putPlace("c", first));
    const slow = await hold(moment, async (by) => flushEdits(by.stores, "c").catch(() => false));
    required(await admin.putPlace("c", second));
    await compactAll(STORES);
    const edited = await editAndFlush(9);
    await compactAll(STORES);
    await slow.release();
    expect(await recordOf("a")).toEqual(second);
    required(await admin.importParts("c", [[place("n", 4, 4)]]));
    await expectRebuilt({ c: [second, ...edited, place("n", 4, 4)] });
  });
});

it("keeps the log of 100,000 edits within some tens of objects", () => {
  // Each flush has 500 edits of 300 bytes; what is merged holds at most 5,000 of them.
  let log: { number: number; edits: number }[] = [];
  let [next, written] = [0, 0];
  for (let flush = 0; flush < 200; flush++) {
    log.push({ number: next++, edits: 500 });
    for (;;) {
      const sizes = new Map(log.map(({ number, edits }) => [number, edits * 300]));
      const [run] = runsToMerge(
        log.map(({ number }) => number),
        sizes,
      );
      if (!run) break;
      const at = log.findIndex(({ number }) => number === run[0]);
      const edits = Math.min(
        5_000,
        log.slice(at, at + run.length).reduce((sum, one) => sum + one.edits, 0),
      );
      written += edits;
      log = log.toSpliced(at, run.length, { number: next++, edits });
    }
  }
  expect(log.length).toBeLessThan(50);
  expect(written).toBeLessThan(3 * 100_000);
});

it("tells whether there is more to do", async () => {
  expect(await compactStep(STORES, "c")).toBe(false);
  await putPlace(STORES, "c", place("b", 2, 2));
  expect(await compactStep(STORES, "c")).toBe(true);
  expect(await compactStep(STORES, "c")).toBe(false);
  expect(await compactStep(STORES, "none")).toBe(false);
});
