import { beforeEach, describe, expect, it } from "vitest";
import { Admin, isOk, required } from "../support/admin.ts";
import { place } from "../support/engine.ts";
import {
  expectEverywhere,
  expectIndexed,
  expectRebuilt,
  objectNames,
} from "../support/everywhere.ts";
import { COMMIT, failing, hold, type Moment, PURGE } from "../support/interposed.ts";
import { emptyStores } from "../support/stores.ts";

const OLD = [place("a", 1, 1), place("b", 1, 1.01)];
const NEW = [place("b", 1, 1.02, { name: "Place renamed" }), place("n", 2, 2)];
const OTHER = [place("o", 3, 3)];
/** OLD with NEW merged into it. */
const MERGED = [OLD[0]!, ...NEW];

const admin = new Admin();

beforeEach(async () => {
  await emptyStores();
  required(await admin.importParts("c", [OLD]));
});

const titleOf = async (collection: string): Promise<unknown> =>
  (await admin.call("GET", `/collections/${collection}`)).body;

describe("a title that changes while an import commits", () => {
  it.each(COMMIT)("held as it %s leaves all places", async (_, moment) => {
    const patch = await hold(moment, (by) => by.changeTitle("c", "All shops"));
    required(await admin.importParts("c", [NEW]));
    expect((await patch.release()).status).toBe(200);
    expect(await titleOf("c")).toMatchObject({ title: "All shops" });
    await expectRebuilt({ c: MERGED });
    expect(await titleOf("c")).toMatchObject({ title: "All shops" });
  });

  it.each(COMMIT)(
    "leaves all places and one title, the import held as it %s",
    async (_, moment) => {
      const number = await admin.bringParts("c", [NEW]);
      const finish = await hold(moment, (by) => by.finish("c", number, 1));
      const patch = await admin.changeTitle("c", "All shops");
      required(await finish.release());
      const before = await titleOf("c");
      await expectRebuilt({ c: MERGED });
      expect(await titleOf("c")).toEqual(before);
      expect([200, 409]).toContain(patch.status);
    },
  );
});

describe("two who finish one import", () => {
  it.each<Moment>([
    ["looks for what is gone", [/^all .* key NOT IN /s]],
    ["writes down what is gone", [/^put records\//]],
    ["marks what is gone", [/^put records\//, /^batch /]],
    ...COMMIT,
    PURGE,
  ])("do it once, when one is held as it %s", async (_, moment) => {
    const number = await admin.bringParts("c", [NEW], "replace");
    const first = await hold(moment, (by) => by.finish("c", number, 1));
    required(await admin.finish("c", number, 1));
    await expectIndexed({ c: NEW });
    await first.release();
    await expectEverywhere({ c: NEW });
  });

  it.each([
    ["looks for what is gone", [/^all .* key NOT IN /s]],
    ["writes down what is gone", [/^put records\//]],
  ])(
    "lose nothing of many deletions, when one is held as it %s",
    {
      timeout: 120_000,
    },
    async (_, moment) => {
      // More than one step of the sweep looks at.
      const many = Array.from({ length: 10_500 }, (_, k) =>
        place(`p${String(k).padStart(5, "0")}`, (k % 170) - 85, k / 200),
      );
      const parts = [0, 1, 2].map((k) => many.slice(k * 5_000, (k + 1) * 5_000));
      required(await admin.importParts("big", parts));
      const number = await admin.bringParts("big", [OTHER], "replace");
      const first = await hold(moment, (by) => by.finish("big", number, 1));
      required(await admin.finish("big", number, 1));
      required(await admin.importParts("big", [NEW]));
      await first.release();
      await expectEverywhere({ c: OLD, big: [...OTHER, ...NEW] });
    },
  );
});

describe.each(["merge", "replace"] as const)("abort racing the finish of a %s", (mode) => {
  const whole = mode === "merge" ? MERGED : NEW;

  it.each([...COMMIT, PURGE])(
    "takes all of it back or nothing, when the finish %s",
    async (_, moment) => {
      const number = await admin.bringParts("c", [NEW], mode);
      const finish = await hold(moment, (by) => by.finish("c", number, 1));
      const abort = await admin.abort("c", number);
      const finished = await finish.release();
      expect([abort, finished].filter(isOk)).toHaveLength(1);
      await expectEverywhere({ c: isOk(abort) ? OLD : whole });
    },
  );

  it.each(["before", "after"] as const)("meets a finish, when held %s its write", async (when) => {
    const number = await admin.bringParts("c", [NEW], mode);
    const moment = when === "before" ? [/^batch /] : [/^batch /, /^(?:delete|list|batch) /];
    const abort = await hold(moment, (by) => by.abort("c", number));
    const finished = await admin.finish("c", number, 1);
    const aborted = await abort.release();
    expect([aborted, finished].filter(isOk)).toHaveLength(1);
    await expectEverywhere({ c: isOk(aborted) ? OLD : whole });
  });

  it("in steps of its own takes all back or nothing, when the finish writes the manifest", async () => {
    const many = Array.from({ length: 3_000 }, (_, k) => place(`m${k}`, 2, k / 100));
    const number = await admin.bringParts("c", [NEW, many], mode);
    const finish = await hold([/^put collections\//], (by) => by.finish("c", number, 2));
    const first = await admin.abortOnce("c", number);
    const finished = await finish.release();
    const abort = isOk(first) ? await admin.abort("c", number) : first;
    expect([abort, finished].filter(isOk)).toHaveLength(1);
    await expectEverywhere({ c: isOk(abort) ? OLD : [...whole, ...many] });
  });

  it("is refused from the manifest on, also if the index fails then", async () => {
    const number = await admin.bringParts("c", [NEW], mode);
    const by = failing([/^put collections\//, /^batch /], "before");
    expect((await by.finish("c", number, 1)).status).toBe(500);
    await expectIndexed({ c: OLD });
    expect((await admin.abort("c", number)).status).toBe(409);
    required(await admin.finish("c", number, 1));
    await expectEverywhere({ c: whole });
  });
});

describe("abort racing a new import", () => {
  it.each([
    ["removes its rows", [/^batch .*DELETE FROM places\b/s]],
    ["lets the old rows count", [/^batch .*SET ended = NULL/s]],
    ["removes its objects", [/^delete records\//]],
    ["forgets it", [/^batch .*DELETE FROM import_parts/s]],
  ])("takes nothing of it, when held as it %s", async (_, moment) => {
    const number = await admin.bringParts("c", [NEW, OTHER]);
    const abort = await hold(moment, (by) => by.abort("c", number));
    const early = await admin.importParts("c", [[place("x", 4, 4)], [place("y", 4, 5)]]);
    required(await abort.release());
    expect([200, 409]).toContain(early.status);
    const came = isOk(early) ? [place("x", 4, 4), place("y", 4, 5)] : [];
    await expectEverywhere({ c: [...OLD, ...came] });
  });
});

describe("a part that comes late", () => {
  it.each([
    ["its records are put", [/^put records\//]],
    ["it is in the index", [/^put records\//, /^batch /]],
  ])("for an import aborted before %s is refused, and spoils nothing", async (_, moment) => {
    for (const collection of ["c", "fresh"]) {
      const number = await admin.bringParts(collection, [OTHER]);
      const part = await hold(moment, (by) => by.sendPart(collection, number, 1, NEW));
      required(await admin.abort(collection, number));
      const again = [place("x", 4, 4)];
      required(await admin.importParts(collection, [again, [place("y", 4, 5)]]));
      expect(isOk(await part.release())).toBe(false);
    }
    const fresh = [place("x", 4, 4), place("y", 4, 5)];
    await expectEverywhere({ c: [...OLD, ...fresh], fresh });
  });

  it("is refused after the abort, and leaves nothing in the bucket", async () => {
    const before = await objectNames();
    const number = await admin.bringParts("c", [OTHER]);
    required(await admin.abort("c", number));
    expect(isOk(await admin.sendPart("c", number, 1, NEW))).toBe(false);
    expect(await objectNames()).toEqual(before);
    await expectEverywhere({ c: OLD });
  });

  it("twice at once counts once", async () => {
    const number = await admin.bringParts("c", []);
    const sent = [0, 1, 2].map(() => admin.sendPart("c", number, 0, NEW));
    expect((await Promise.all(sent)).filter(isOk)).toHaveLength(3);
    required(await admin.finish("c", number, 1));
    await expectEverywhere({ c: MERGED });
  });
});

describe("parts at the same time", () => {
  it("all count", async () => {
    const number = await admin.bringParts("c", []);
    const parts = Array.from({ length: 8 }, (_, k) => [
      place(`q${k}`, k, k),
      place(`r${k}`, k, k + 0.5),
    ]);
    const sent = parts.map((records, part) => admin.sendPart("c", number, part, records));
    expect((await Promise.all(sent)).filter(isOk)).toHaveLength(8);
    required(await admin.finish("c", number, 8));
    await expectEverywhere({ c: [...OLD, ...parts.flat()] });
  });
});

describe("a last step whose answer got lost can be asked for again:", () => {
  it("the finish", async () => {
    const number = await admin.bringParts("c", [NEW]);
    required(await admin.finish("c", number, 1));
    expect(await admin.finishOnce("c", number, 1)).toMatchObject({
      status: 200,
      body: { done: true },
    });
    await expectEverywhere({ c: MERGED });
  });

  it.each(["c", "fresh"])("the abort, of an import into %s", async (collection) => {
    const number = await admin.bringParts(collection, [NEW]);
    required(await admin.abort(collection, number));
    expect(await admin.abortOnce(collection, number)).toMatchObject({
      status: 200,
      body: { done: true },
    });
    await expectEverywhere({ c: OLD });
  });
});
