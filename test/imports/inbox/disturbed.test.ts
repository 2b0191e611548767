import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { finishStep } from "../../../src/imports/finish.ts";
import { inboxObjectOf } from "../../../src/imports/inbox/event.ts";
import { begin, finishSome, stageSome, UNREAD } from "../../../src/imports/inbox/steps.ts";
import { currentImport, importStatus } from "../../../src/imports/job.ts";
import { putLexicon } from "../../../src/index/write/lexicon.ts";
import { openDeployment } from "../../../src/services.ts";
import { store } from "../../support/engine.ts";
import {
  deliver,
  drop,
  event,
  importDropped,
  reportOf,
  watchImports,
} from "../../support/inbox.ts";
import { ask, isThere, KEY, placesOf, recordOf, rows } from "../../support/inbox-stops.ts";
import { failingStores } from "../../support/interposed.ts";
import { inSmallSteps } from "../../support/small-steps.ts";
import { emptyStores, STORES } from "../../support/stores.ts";

beforeEach(() => emptyStores());

it("reads no more rows in a step, be they good or bad", async () => {
  const bad = rows(45_000).replaceAll(",5,", ",500,");
  const object = (await inboxObjectOf(env.PLACES_BUCKET, await drop(KEY, bad)))!;
  const started = await begin(STORES, object);
  if ("waitsFor" in started) throw new Error(started.waitsFor);
  const first = await stageSome(STORES, object, started, UNREAD);
  expect(first).toMatchObject({ parts: 0, rows: 40_000, skipped: 40_000, isWhole: false });
  const second = await stageSome(STORES, object, started, first);
  expect(second).toMatchObject({ parts: 0, rows: 45_000, skipped: 45_000, isWhole: true });
  expect(second.rejected).toHaveLength(100);
});

describe("an import that is disturbed", () => {
  inSmallSteps({ places: 500, rows: 4_000 });

  it("takes a step again that broke off, and doubles nothing", async () => {
    // More than one part.
    const text = rows(1_200).replace("p3,N3,5,", "p3,N3,500,");
    const dropped = (await inboxObjectOf(env.PLACES_BUCKET, await drop(KEY, text)))!;
    const stores = failingStores([/^put records/, /^put records/], "before");
    const begun = await begin(STORES, dropped);
    if ("waitsFor" in begun) throw new Error(begun.waitsFor);
    await expect(stageSome(stores, dropped, begun, UNREAD)).rejects.toThrow("gone");
    expect(await ask(`/collections/stops/imports/${begun.ref.number}`)).toMatchObject({
      body: { state: "open", partsDone: [0] },
    });
    expect(await store.collections()).toEqual([]);
    // A task begins anew: it goes on with the same import.
    expect(await importDropped(event(KEY))).toEqual(["finished"]);
    expect(await placesOf("stops")).toBe(1_199);
    expect(await reportOf("stops")).toMatchObject({
      ...{ rows: 1_200, skipped: 1, rejected: [{ line: 5 }] },
      counts: { stored: 1_199, updated: 0, unchanged: 0, kept: 0, removed: 0 },
    });
    // Nobody heard of its end.
    expect(await finishSome(STORES, begun, 3)).toEqual({ isDone: true });
  });

  it("takes a part again that it has staged, although words mean something else by now", async () => {
    const kinds = (path: string) => [
      { path, label: "Cafe", words: ["Kaffeehaus"], tags: { amenity: "cafe" } },
    ];
    const teach = (path: string) =>
      putLexicon(STORES, { categories: kinds(path), fingerprint: path });
    await teach("amenity/cafe");
    const text = rows(1_001)
      .replace(/^id.*/, "$&,type")
      .replaceAll(/,5\.\d+\n|,5\n/g, (end) => {
        return end.replace("\n", ",Kaffeehaus\n");
      });
    const object = (await inboxObjectOf(env.PLACES_BUCKET, await drop(KEY, text)))!;
    const started = await begin(STORES, object);
    if ("waitsFor" in started) throw new Error(started.waitsFor);
    const stores = failingStores([/^put records/, /^put records/], "before");
    await expect(stageSome(stores, object, started, UNREAD)).rejects.toThrow("gone");
    await teach("amenity/coffee_house");
    const progress = await stageSome(STORES, object, started, UNREAD);
    expect(progress).toMatchObject({ parts: 3, rows: 1_001, counts: { stored: 1_001 } });
    expect(await finishSome(STORES, started, 3)).toMatchObject({ isDone: true });
    expect((await recordOf("stops:p499"))?.category).toBe("amenity/cafe");
    expect((await recordOf("stops:p500"))?.category).toBe("amenity/coffee_house");
  });

  const CSV = "id,name,lat,lon\np,N,5,5\n";
  const JSON_LINE = '{"id":"p","name":"N","lat":5,"lon":5}\n';
  it.each<[string, string, (k: number) => string]>([
    ["without a name", CSV, (k) => `b${k},,5,5\n`],
    ["with a quote that nothing closes", CSV, (k) => `b${k},"N,5,5\n`],
    ["with too many fields", CSV, (k) => `b${k},N,5,5,6\n`],
    ["that are no JSON", JSON_LINE, (k) => `{"id":"b${k}",\n`],
    ["that are no objects", JSON_LINE, (k) => `${k}\n`],
  ])("ends in bounded steps whatever the rows are: %s", async (_, good, bad) => {
    const ROWS = 4_500;
    const text = good + Array.from({ length: ROWS - 1 }, (_, k) => bad(k)).join("");
    const object = (await inboxObjectOf(env.PLACES_BUCKET, await drop(KEY, text)))!;
    const started = await begin(STORES, object);
    if ("waitsFor" in started) throw new Error(started.waitsFor);
    const rowsOfSteps: number[] = [];
    let progress = UNREAD;
    while (!progress.isWhole) {
      const { rows: before } = progress;
      progress = await stageSome(STORES, object, started, progress);
      rowsOfSteps.push(progress.rows - before);
    }
    expect(rowsOfSteps).toEqual([4_000, 500]);
    expect(progress).toMatchObject({ skipped: ROWS - 1, counts: { stored: 1 } });
    expect(JSON.stringify(progress).length).toBeLessThan(20_000);
  });

  it("keeps the mapping that it began with", async () => {
    const text = rows(4_500)
      .replace(/^id,name/, "id,Kaffeehaus,title")
      .replaceAll(/,N(\d+)/g, ",K$1,N$1");
    await drop(KEY, text, { map: "name=title" });
    const object = (await inboxObjectOf(env.PLACES_BUCKET, event(KEY)))!;
    const started = await begin(STORES, object);
    if ("waitsFor" in started) throw new Error(started.waitsFor);
    const first = await stageSome(STORES, object, started, UNREAD);
    expect(first.isWhole).toBe(false);
    // What is known of kinds, and so what columns would be taken for, is another thing by now.
    await putLexicon(STORES, {
      categories: [{ path: "amenity/cafe", label: "K4499", words: ["K4498", "N4499"] }],
      fingerprint: "other",
    });
    // The same import begun anew has the same mapping.
    expect(await begin(STORES, object)).toMatchObject({
      ref: started.ref,
      mapping: { columns: started.mapping.columns },
    });
    const { parts } = await stageSome(STORES, object, started, first);
    while (!(await finishSome(STORES, started, parts)).isDone);
    expect((await recordOf("stops:p10"))?.name).toBe("N10");
    expect(await recordOf("stops:p4499")).toMatchObject({
      name: "N4499",
      category: (await recordOf("stops:p10"))?.category,
    });
  });

  it("is taken back when a store stays broken, and can be done again", async () => {
    await whilePartFails(1, async () => {
      expect(await importDropped(await drop(KEY, rows(501)))).toEqual(["failed"]);
    });
    expect(await reportOf("stops")).toMatchObject({
      ...{ state: "failed", reason: expect.stringContaining("disk on fire") },
      counts: { stored: 0 },
    });
    expect(await isThere(KEY)).toBe(true);
    expect(await store.collections()).toEqual([]);
    expect(await importDropped(await drop(KEY, rows(501)))).toEqual(["finished"]);
    expect(await placesOf("stops")).toBe(501);
  });

  it("does not take the newer version for its own", async () => {
    const dropped = (await inboxObjectOf(env.PLACES_BUCKET, await drop(KEY, rows(2))))!;
    await begin(STORES, dropped);
    // The same bytes are another version, too.
    const newer = await drop(KEY, rows(2), { title: "Newer" });
    await expect(begin(STORES, dropped)).rejects.toThrow("A newer version");
    expect(await importDropped(newer)).toEqual(["finished"]);
    expect((await store.collections())[0]).toMatchObject({ title: "Newer", places: 2 });
  });

  it("finishes the older version first if that is being switched over", async () => {
    const dropped = (await inboxObjectOf(env.PLACES_BUCKET, await drop(KEY, rows(2, "Old"))))!;
    const begun = await begin(STORES, dropped);
    if ("waitsFor" in begun) throw new Error(begun.waitsFor);
    const { parts } = await stageSome(STORES, dropped, begun, UNREAD);
    await finishStep(STORES, { collection: "stops", number: begun.ref.number }, parts);
    expect((await currentImport(STORES, "stops"))?.state).toBe("committing");
    expect(await importDropped(await drop(KEY, rows(2, "New")))).toEqual(["finished"]);
    expect((await recordOf("stops:p1"))?.name).toBe("New1");
  });

  it("ends when its object is deleted", async () => {
    const dropped = (await inboxObjectOf(env.PLACES_BUCKET, await drop(KEY, rows(2))))!;
    await begin(STORES, dropped);
    await env.PLACES_BUCKET.delete(KEY);
    const imports = await watchImports();
    const { tasks } = openDeployment(env, createExecutionContext()).services;
    await tasks.submitOwn({ type: "inbox_import", data: dropped });
    expect(await imports.ends()).toEqual(["failed"]);
    expect((await reportOf("stops"))?.reason).toContain("deleted");
    expect(await ask("/collections/stops")).toMatchObject({ status: 404 });
  });
});

describe("an import whose steps take a while", () => {
  inSmallSteps({ rows: 10_000 });

  it("goes on behind the parts that a step has taken", async () => {
    const bad = rows(15_000).replace("p14444,N14444,5,", "p14444,N14444,500,");
    const imports = await watchImports();
    // The second step waits to be tried again.
    await whilePartFails(2, async () => {
      await deliver(await drop(KEY, bad));
      await imports.hasRead(0, 10_000);
      expect(await reportOf("stops")).toMatchObject({
        ...{ state: "running", rows: 10_000, counts: { stored: 10_000 } },
      });
      const { number } = (await currentImport(STORES, "stops"))!;
      expect(await importStatus(STORES, { collection: "stops", number })).toMatchObject({
        partsDone: [0, 1],
      });
    });
    expect(await imports.ends()).toEqual(["finished"]);
    expect(await reportOf("stops")).toMatchObject({
      ...{ rows: 15_000, skipped: 1, rejected: [{ line: 14_446 }], counts: { stored: 14_999 } },
    });
    expect(await placesOf("stops")).toBe(14_999);
  });

  it("gives way to a newer version of its object", async () => {
    const imports = await watchImports();
    // The older version comes to no end of its own.
    await whilePartFails(2, async () => {
      await deliver(await drop(KEY, rows(15_000, "Old"), { mode: "replace" }));
      await imports.hasRead(0, 10_000);
      await deliver(await drop(KEY, rows(3, "New"), { mode: "replace" }));
      const [, end] = await imports.ends();
      expect(end).toBe("finished");
    });
    expect(await placesOf("stops")).toBe(3);
    expect((await recordOf("stops:p2"))?.name).toBe("New2");
    expect(await isThere(KEY)).toBe(false);
    expect(await reportOf("stops")).toMatchObject({ state: "finished", rows: 3 });
  });
});

/** Has no import come past one of its parts meanwhile. */
async function whilePartFails(part: number, act: () => Promise<void>): Promise<void> {
  const broken = `CREATE TRIGGER broken BEFORE INSERT ON import_parts WHEN NEW.part = ${part} BEGIN SELECT RAISE(ABORT, 'disk on fire'); END`;
  await env.PLACES_DB.prepare(broken).run();
  try {
    await act();
  } finally {
    await env.PLACES_DB.prepare("DROP TRIGGER broken").run();
  }
}
