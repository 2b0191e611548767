import { beforeEach, describe, expect, it } from "vitest";
import { currentImport } from "../../src/imports/job.ts";
import { Admin, isOk, required } from "../support/admin.ts";
import { place } from "../support/engine.ts";
import { expectRebuilt, objectNames } from "../support/everywhere.ts";
import { COMMIT, hold } from "../support/interposed.ts";
import { emptyStores, STORES } from "../support/stores.ts";

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

describe("while the index is made anew", () => {
  it("an import into a collection that is not back yet is refused", async () => {
    const before = await objectNames();
    required(await step(true));
    expect(await admin.importParts("c", [NEW])).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining("rebuild") },
    });
    expect(await objectNames()).toEqual(before);
    await goOn();
    await expectRebuilt({ c: OLD });
  });

  it("an edit and a deletion of a collection that is not back yet are refused", async () => {
    const before = await objectNames();
    required(await step(true));
    expect(isOk(await admin.putPlace("c", NEW[0]!))).toBe(false);
    expect(isOk(await admin.deletePlace("c", "a"))).toBe(false);
    expect(isOk(await admin.deleteCollection("c"))).toBe(false);
    expect(isOk(await admin.changeTitle("c", "Other"))).toBe(false);
    expect(await objectNames()).toEqual(before);
    await goOn();
    await expectRebuilt({ c: OLD });
  });

  it("a collection that is on its way back takes no abort, import, edit or deletion", async () => {
    const before = await objectNames();
    required(await step(true));
    required(await step(false));
    const { number } = (await currentImport(STORES, "c"))!;
    expect(await admin.abort("c", number)).toMatchObject({ status: 409 });
    expect(isOk(await admin.importParts("c", [NEW]))).toBe(false);
    expect(isOk(await admin.putPlace("c", NEW[0]!))).toBe(false);
    expect(isOk(await admin.deletePlace("c", "a"))).toBe(false);
    expect(isOk(await admin.deleteCollection("c"))).toBe(false);
    expect(await objectNames()).toEqual(before);
    await goOn();
    await expectRebuilt({ c: OLD });
  });

  it("a new collection can come", async () => {
    required(await step(true));
    required(await admin.importParts("d", [NEW]));
    await goOn();
    await expectRebuilt({ c: OLD, d: NEW });
  });
});

it("two who make it anew get the same", async () => {
  const first = await hold([/^get records\//], (by) => by.rebuild());
  await admin.rebuild();
  await first.release().catch(() => {});
  await expectRebuilt({ c: OLD });
});

describe("an import that is under way when the index is emptied", () => {
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
