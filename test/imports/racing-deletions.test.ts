import { beforeEach, describe, expect, it } from "vitest";
import { Admin, isOk, required } from "../support/admin.ts";
import { place } from "../support/engine.ts";
import { expectEverywhere, objectNames } from "../support/everywhere.ts";
import { failing, hold } from "../support/interposed.ts";
import { emptyStores } from "../support/stores.ts";

const OLD = [place("a", 1, 1), place("b", 1, 1.01)];
const NEW = [place("n", 2, 2)];
const LATER = [place("l", 3, 3)];

const admin = new Admin();

beforeEach(async () => {
  await emptyStores();
  required(await admin.importParts("c", [OLD]));
});

/** Each of them is a call of a deletion, whose order they do not tell. */
const MOMENTS: [string, RegExp[]][] = [
  ["marks the places", [/^batch .*UPDATE places SET ended/s]],
  ["deletes the manifest", [/^delete collections\//]],
  ["switches over", [/^delete collections\//, /^batch /]],
  ["lists the records", [/^list records\//]],
  ["deletes the records", [/^delete records\//]],
  ["forgets the collection", [/^batch .*DELETE FROM collections/s]],
];

describe("a deletion", () => {
  it.each(MOMENTS)("takes nothing of a new import, when held as it %s", async (_, moment) => {
    const deletion = await hold(moment, (by) => by.deleteCollection("c"));
    const early = await admin.importParts("c", [NEW]);
    required(await deletion.release());
    required(await admin.importParts("c", [LATER]));
    await expectEverywhere({ c: isOk(early) ? [...NEW, ...LATER] : LATER });
  });

  it.each(MOMENTS)("takes no edit that was acknowledged, when held as it %s", async (_, moment) => {
    const deletion = await hold(moment, (by) => by.deleteCollection("c"));
    const edit = await admin.putPlace("c", NEW[0]!);
    required(await deletion.release());
    expect(isOk(edit)).toBe(false);
    await expectEverywhere({});
    expect(await objectNames()).toEqual([]);
  });

  it.each(MOMENTS)("is done once by two, when one is held as it %s", async (_, moment) => {
    const first = await hold(moment, (by) => by.deleteCollection("c"));
    required(await admin.deleteCollection("c"));
    await first.release();
    await expectEverywhere({});
    expect(await objectNames()).toEqual([]);
  });

  // R2 deletes without condition: a manifest that two delete at once is the one thing that a third may lose.
  it.each(MOMENTS.filter(([name]) => name !== "deletes the manifest"))(
    "by two takes no import after it, when one is held as it %s",
    async (_, moment) => {
      const first = await hold(moment, (by) => by.deleteCollection("c"));
      required(await admin.deleteCollection("c"));
      required(await admin.importParts("c", [NEW, LATER]));
      await first.release();
      await expectEverywhere({ c: [...NEW, ...LATER] });
    },
  );

  it("whose index fails behind the manifest cannot be aborted, but done", async () => {
    const by = failing([/^delete collections\//, /^batch /], "before");
    expect((await by.deleteCollection("c")).status).toBe(500);
    const { body } = await admin.call("GET", "/collections/c");
    const { openImport } = body as { openImport?: { number: number } };
    expect((await admin.abort("c", openImport!.number)).status).toBe(409);
    required(await admin.deleteCollection("c"));
    required(await admin.importParts("c", [NEW]));
    await expectEverywhere({ c: NEW });
  });

  it("can be asked for again when its last answer got lost", async () => {
    required(await admin.deleteCollection("c"));
    expect(await admin.deleteOnce("c")).toMatchObject({ status: 200, body: { done: true } });
    await expectEverywhere({});
  });

  it("is not what the deletion of a place comes to, whatever the place's id", async () => {
    for (const id of ["%2e%2e", "..", "%2E.", "."]) {
      const path = `/collections/c/places/${id}`;
      expect(isOk(await admin.call("DELETE", path))).toBe(false);
    }
    const { body } = await admin.call("GET", "/collections/c");
    expect(body).not.toHaveProperty("openImport");
    await expectEverywhere({ c: OLD });
  });
});
