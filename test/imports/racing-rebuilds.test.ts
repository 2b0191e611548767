import { beforeEach, describe, expect, it } from "vitest";
import { currentImport } from "../../src/imports/job.ts";
import { beginRebuild, isRebuildNeeded, rebuildStep } from "../../src/imports/rebuild.ts";
import { Admin, isOk, required } from "../support/admin.ts";
import { place } from "../support/engine.ts";
import {
  expectEverywhere,
  expectIndexed,
  expectRebuilt,
  objectNames,
} from "../support/everywhere.ts";
import { COMMIT, hold } from "../support/interposed.ts";
import { emptyDatabase, emptyStores, STORES } from "../support/stores.ts";

const OLD = [place("a", 1, 1), place("b", 1, 1.01)];
const NEW = [place("n", 2, 2)];

const admin = new Admin();
const step = (restart: boolean) => admin.rebuildOnce(restart);

/** The rest of a rebuild. */
async function goOn(): Promise<void> {
  for (let done = false; !done; ) done = required(await step(false)).body.done!;
}

beforeEach(async () => {
  await emptyStores();
  required(await admin.importParts("c", [OLD.slice(0, 1), OLD.slice(1)]));
});

describe("while the index is rebuilt", () => {
  it("searches find what they found, at each step", async () => {
    await expectIndexed({ c: OLD });
    for (let restart = true, done = false; !done; restart = false) {
      done = required(await step(restart)).body.done!;
      await expectIndexed({ c: OLD });
    }
    await expectRebuilt({ c: OLD });
  });

  it("a collection whose turn has not come takes all that it takes else", async () => {
    required(await step(true));
    required(await admin.importParts("c", [NEW]));
    required(await admin.putPlace("c", place("e", 3, 3)));
    required(await admin.deletePlace("c", "a"));
    await goOn();
    await expectRebuilt({ c: [OLD[1]!, ...NEW, place("e", 3, 3)] });
  });

  it("a collection whose turn it is takes no import and no edit", async () => {
    const before = await objectNames();
    required(await step(true));
    required(await step(false));
    expect(await currentImport(STORES, "c")).toMatchObject({ mode: "rebuild" });
    expect(isOk(await admin.importParts("c", [NEW]))).toBe(false);
    expect(isOk(await admin.putPlace("c", NEW[0]!))).toBe(false);
    expect(isOk(await admin.deletePlace("c", "a"))).toBe(false);
    expect(isOk(await admin.changeTitle("c", "Other"))).toBe(false);
    expect(await objectNames()).toEqual(before);
    await goOn();
    await expectRebuilt({ c: OLD });
  });

  it("a collection can be deleted, or its rebuild aborted", async () => {
    required(await admin.importParts("d", [NEW]));
    required(await step(true));
    required(await step(false));
    const { number } = (await currentImport(STORES, "c"))!;
    required(await admin.abort("c", number));
    await expectEverywhere({ c: OLD, d: NEW });
    required(await step(false));
    required(await admin.deleteCollection("c"));
    await expectEverywhere({ d: NEW });
    await goOn();
    await expectRebuilt({ d: NEW });
  });

  it("a new collection can come", async () => {
    required(await step(true));
    required(await admin.importParts("d", [NEW]));
    await goOn();
    await expectRebuilt({ c: OLD, d: NEW });
  });

  it("a rebuild can begin anew at each step", async () => {
    for (let steps = 1; steps < 6; steps++) {
      required(await step(true));
      for (let k = 0; k < steps; k++) required(await step(false));
    }
    await expectRebuilt({ c: OLD });
  });
});

describe("what is lost of the log", () => {
  const D = [place("d", 6, 6)];
  const rebuild = async () => {
    for (let restart = true; ; restart = false) {
      const { body } = required(await step(restart));
      if (body.done) return body.lost;
    }
  };
  const health = async () => {
    const response = await admin.fetch(new Request("https://hereabouts.example/health"));
    return ((await response.json()) as { index: unknown }).index;
  };
  const detailsOf = async (collection: string) =>
    (await admin.call("GET", `/collections/${collection}`)).body;

  beforeEach(async () => {
    required(await admin.importParts("d", [D]));
  });

  it.each([
    ["lost", (key: string) => STORES.bucket.delete(key)],
    ["no JSON", (key: string) => STORES.bucket.put(key, "{")],
    ["no record", (key: string) => STORES.bucket.put(key, '{"sourceId":"a"}\n')],
  ])("an object that is %s is left out and told, and the rest is there", async (_, lose) => {
    const [key] = (await objectNames()).filter((name) => name.startsWith("records/c/"));
    await lose(key!);
    expect(await rebuild()).toEqual([key]);
    await expectIndexed({ c: [OLD[1]!], d: D });
    expect(await detailsOf("c")).toMatchObject({ places: 1, lost: [key] });
    expect(await detailsOf("d")).toMatchObject({ places: 1, lost: [] });
    required(await admin.putPlace("c", OLD[0]!));
    required(await admin.importParts("c", [NEW], "replace"));
    await expectIndexed({ c: NEW, d: D });
    required(await admin.deleteCollection("c"));
    expect(await rebuild()).toEqual([]);
    await expectRebuilt({ d: D });
  });

  it.each([
    ["lost", () => STORES.bucket.delete("collections/c.json")],
    ["broken", () => STORES.bucket.put("collections/c.json", "[")],
    ["of another time", () => STORES.bucket.put("collections/c.json", '{"format":99}')],
  ])(
    "a manifest that is %s leaves the collection as it is, and it can be deleted",
    async (_, lose) => {
      await lose();
      expect(await rebuild()).toEqual(["collections/c.json"]);
      await expectIndexed({ c: OLD, d: D });
      required(await admin.deleteCollection("c"));
      await expectIndexed({ d: D });
      expect((await objectNames()).filter((name) => name.includes("c/"))).toEqual([]);
    },
  );

  it("the index as a whole is made anew, with edits that no object has", async () => {
    required(await admin.putPlace("c", place("e", 3, 3)));
    required(await admin.deletePlace("c", "a"));
    await emptyDatabase();
    expect(isOk(await admin.importParts("c", [NEW]))).toBe(false);
    expect(await rebuild()).toEqual([]);
    await expectRebuilt({ c: [OLD[1]!, place("e", 3, 3)], d: D });
  });

  it.each([
    ["broken", "["],
    ["of another time", '{"format":99}'],
  ])(
    "the index as a whole is made anew without a collection whose manifest is %s, which can be deleted",
    async (_, text) => {
      await STORES.bucket.put("collections/c.json", text);
      await emptyDatabase();
      expect(await health()).toBe("empty");
      expect(await rebuild()).toEqual(["collections/c.json"]);
      await expectIndexed({ d: D });
      expect(await health()).toBe("incomplete");
      required(await admin.deleteCollection("c"));
      expect(await health()).toBe("ok");
      expect((await objectNames()).filter((name) => name.includes("c/"))).toEqual([]);
      expect(await rebuild()).toEqual([]);
      await expectRebuilt({ d: D });
    },
  );

  it("a collection that the index does not have can be deleted", async () => {
    await emptyDatabase();
    required(await admin.deleteCollection("c"));
    expect(await rebuild()).toEqual([]);
    await expectRebuilt({ d: D });
  });

  it("an import that cannot be committed does not keep its collection from being deleted", async () => {
    const number = await admin.bringParts("c", [NEW]);
    await STORES.bucket.put("collections/c.json", "[");
    expect((await admin.finish("c", number, 1)).status).toBe(500);
    required(await admin.deleteCollection("c"));
    await expectIndexed({ d: D });
  });
});

describe("an index and a log of the format before", () => {
  it("answer, and are rebuilt in place", async () => {
    // As they were: an object of records for each edit, and an empty one that names it.
    const number = "00000900";
    const edit = { ...OLD[0]!, name: "Place edited" };
    await STORES.bucket.put(`records/c/${number}.ndjson`, `${JSON.stringify(edit)}\n`);
    await STORES.bucket.put(`edits/c/${number}`, "");
    const manifest = await (await STORES.bucket.get("collections/c.json"))!.json<object>();
    await STORES.bucket.put("collections/c.json", JSON.stringify({ ...manifest, format: 1 }));
    await STORES.database.prepare("UPDATE collections SET index_format = 7").run();
    await expectIndexed({ c: OLD });
    expect((await admin.putPlace("c", NEW[0]!)).body.error).toContain("npm run rebuild");
    expect(isOk(await admin.importParts("c", [NEW]))).toBe(false);
    expect(await isRebuildNeeded(STORES)).toBe(true);
    required(await step(true));
    await goOn();
    expect(await isRebuildNeeded(STORES)).toBe(false);
    expect(await objectNames()).not.toContain(`edits/c/${number}`);
    await expectEverywhere({ c: [edit, OLD[1]!] });
    required(await admin.putPlace("c", NEW[0]!));
    await expectRebuilt({ c: [edit, OLD[1]!, ...NEW] });
  });

  it("with an import under way are rebuilt, and it is taken back", async () => {
    await admin.bringParts("c", [NEW]);
    await admin.bringParts("fresh", [NEW]);
    await STORES.database.prepare("UPDATE collections SET index_format = 7").run();
    required(await step(true));
    await goOn();
    expect(await isRebuildNeeded(STORES)).toBe(false);
    await expectRebuilt({ c: OLD });
  });
});

it("is under way until the upkeep that it leaves is done, so that whoever asks for one joins it", async () => {
  const since = await beginRebuild(STORES, true);
  const upkeepFrom = () =>
    STORES.database.prepare("SELECT uncounted_from FROM data_version").first("uncounted_from");
  for (let done = false; !done; ) {
    expect(await beginRebuild(STORES, false)).toBe(since);
    done = (await rebuildStep(STORES)).done;
    // What little there is of it is one step, which is listed for once.
    expect([null, ""]).toContain(await upkeepFrom());
  }
  expect(await upkeepFrom()).toBeNull();
});

it("two who make it anew get the same", async () => {
  const first = await hold([/^get records\//], (by) => by.rebuild());
  await admin.rebuild();
  await first.release().catch(() => {});
  await expectRebuilt({ c: OLD });
});

describe("an import that is under way when a rebuild begins", () => {
  it.each([
    ["before its part is in the bucket", [/^put records\//]],
    ["before its part is in the index", [/^put records\//, /^batch /]],
  ])("counts nowhere, held %s", async (_, moment) => {
    const number = await admin.bringParts("c", [NEW]);
    const part = await hold(moment, (by) => by.sendPart("c", number, 1, [place("x", 4, 4)]));
    await admin.rebuild();
    required(await admin.importParts("c", [[place("y", 5, 5)]]));
    expect(isOk(await part.release())).toBe(false);
    expect(isOk(await admin.finish("c", number, 2))).toBe(false);
    await expectRebuilt({ c: [...OLD, place("y", 5, 5)] });
  });

  it.each(COMMIT)("counts wholly or not at all, held as it %s", async (_, moment) => {
    const number = await admin.bringParts("c", [NEW], "replace");
    const finish = await hold(moment, (by) => by.finish("c", number, 1));
    await admin.rebuild();
    const finished = await finish.release();
    // The manifest decides, which a rebuild goes by.
    const { body } = await admin.call("GET", "/collections/c");
    const { places } = body as { places?: number };
    expect(isOk(finished) ? [1] : [1, 2]).toContain(places);
    await expectRebuilt({ c: places === 1 ? NEW : OLD });
  });
});
