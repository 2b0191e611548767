import { beforeEach, expect, it } from "vitest";
import { Admin, required } from "../support/admin.ts";
import { place } from "../support/engine.ts";
import { expectEverywhere, expectRebuilt, objectNames } from "../support/everywhere.ts";
import { failing } from "../support/interposed.ts";
import { emptyDatabase, emptyStores, STORES } from "../support/stores.ts";

const OLD = [place("a", 1, 1), place("b", 1, 1.01)];
const NEW = [place("a", 2, 2), place("n", 2, 2)];
const OTHER = [place("o", 3, 3)];

const admin = new Admin();

async function keyOf(prefix: string): Promise<string> {
  return (await objectNames()).find((name) => name.startsWith(prefix))!;
}

/** Takes steps of an import's end. */
async function finishSteps(mode: "merge" | "replace", steps: number): Promise<void> {
  const number = await admin.bringParts("c", [NEW], mode);
  for (let step = 0; step < steps; step++) required(await admin.finishOnce("c", number, 1));
}

/** Takes a rebuild so far. */
async function rebuildSteps(steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) required(await admin.rebuildOnce(step === 0));
}

beforeEach(async () => {
  await emptyStores();
  required(await admin.importParts("c", [OLD.slice(0, 1), OLD.slice(1)]));
  required(await admin.putPlace("c", { ...OLD[0]!, name: "Place edited" }));
  required(await admin.importParts("d", [OTHER]));
});

it.each<[string, () => Promise<unknown>]>([
  ["finished", async () => {}],
  ["with an import that takes parts", () => finishSteps("merge", 0)],
  ["with an import that is swept", () => finishSteps("replace", 1)],
  ["with an import that is to be committed", () => finishSteps("merge", 1)],
  ["with an import that is purged", () => finishSteps("replace", 3)],
  [
    "with an import that is half aborted",
    async () => {
      const number = await admin.bringParts("c", [NEW]);
      required(await admin.abortOnce("c", number));
    },
  ],
  ...[1, 2, 3, 4, 5].map((steps): [string, () => Promise<void>] => [
    `after ${steps} steps of a rebuild`,
    () => rebuildSteps(steps),
  ]),
  ["half deleted, one step far", () => admin.deleteOnce("c")],
  [
    "half deleted, without its manifest",
    () => failing([/^delete collections\//, /^batch /], "before").deleteCollection("c"),
  ],
  [
    "half deleted, without some of its records",
    () => failing([/^delete records\//], "after").deleteCollection("c"),
  ],
  ["with a broken manifest", () => STORES.bucket.put("collections/c.json", "[")],
  ["without a manifest", () => STORES.bucket.delete("collections/c.json")],
  ["with a broken object", async () => STORES.bucket.put(await keyOf("records/c/"), "{")],
  ["without an object", async () => STORES.bucket.delete(await keyOf("records/c/"))],
  ["with a broken edit", async () => STORES.bucket.put(await keyOf("edits/c/"), "{")],
  [
    "with a broken object that a rebuild has met",
    async () => {
      await STORES.bucket.put(await keyOf("records/c/"), "{");
      await rebuildSteps(4);
    },
  ],
  [
    "with a broken manifest during a rebuild",
    async () => {
      await rebuildSteps(2);
      await STORES.bucket.put("collections/c.json", "[");
      required(await admin.rebuildOnce(false));
    },
  ],
  [
    "of another format of the index",
    () => STORES.database.prepare("UPDATE collections SET index_format = 7 WHERE name = 'c'").run(),
  ],
  ["that the database has lost", () => emptyDatabase()],
  [
    "that the database has lost, in the middle of the rebuild",
    async () => {
      await emptyDatabase();
      await rebuildSteps(3);
    },
  ],
])("a collection can be deleted %s", async (_, bring) => {
  await bring();
  required(await admin.deleteCollection("c"));
  expect((await objectNames()).filter((name) => /^[^/]+\/c[./]/.test(name))).toEqual([]);
  expect((await admin.call("GET", "/collections/c")).status).toBe(404);
  await admin.rebuild();
  await expectEverywhere({ d: OTHER });
  // And its name is free.
  required(await admin.importParts("c", [NEW]));
  await expectRebuilt({ c: NEW, d: OTHER });
});
