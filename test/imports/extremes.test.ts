import { beforeEach, describe, expect, it } from "vitest";
import { Admin, required } from "../support/admin.ts";
import { place } from "../support/engine.ts";
import { expectRebuilt } from "../support/everywhere.ts";
import { emptyStores } from "../support/stores.ts";

const A = place("a", 1, 1);
const MINUTES = 60_000;

const admin = new Admin();

beforeEach(() => emptyStores());

describe("10,000 ids of 200 characters", () => {
  const ids = (from: number) =>
    Array.from({ length: 10_000 }, (_, k) => String(from + k).padStart(200, "x"));
  const placesOf = (from: number) =>
    ids(from).map((id, k) =>
      place(id, (k % 100) / 100, (from + k) / 1_000, { name: `Place ${k}` }),
    );

  it("fit into one part, and come back", { timeout: 3 * MINUTES }, async () => {
    const long = placesOf(0);
    required(await admin.importParts("c", [long]));
    await expectRebuilt({ c: long });
  });

  it("are removed by a replacing import, twice as many", { timeout: 5 * MINUTES }, async () => {
    required(await admin.importParts("c", [placesOf(0), placesOf(10_000)]));
    required(await admin.importParts("c", [[A]], "replace"));
    await expectRebuilt({ c: [A] });
  });
});

describe("a population that is none", () => {
  it.each([1e16, 1e19, 1e30])("of %d is refused for its row alone", async (population) => {
    const number = await admin.bringParts("c", []);
    const sent = await admin.sendPart("c", number, 0, [A, place("b", 1, 2, { population })]);
    expect(sent).toMatchObject({
      status: 200,
      body: { rejected: [{ index: 1, reason: expect.stringContaining("population") }] },
    });
    required(await admin.finish("c", number, 1));
    const edit = await admin.putPlace("c", place("b", 1, 2, { population }));
    expect(edit.status).toBe(400);
    await expectRebuilt({ c: [A] });
  });

  it.each([0, 0.5, 8e9])("of %d is taken", async (population) => {
    const b = place("b", 1, 2, { population });
    required(await admin.importParts("c", [[A, b]]));
    await expectRebuilt({ c: [A, b] });
  });
});

describe("a place's id", () => {
  beforeEach(async () => {
    required(await admin.importParts("c", [[A]]));
  });

  it.each([".", ".."])("of dots only is refused: %s", async (id) => {
    const number = await admin.bringParts("c", []);
    const sent = await admin.sendPart("c", number, 0, [place(id, 1, 2), place("b", 1, 2)]);
    expect(sent).toMatchObject({
      status: 200,
      body: { rejected: [{ index: 0, reason: expect.stringContaining("sourceId") }] },
    });
    required(await admin.finish("c", number, 1));
    expect((await admin.call("POST", "/collections/c/places", place(id, 1, 2))).status).toBe(400);
    await expectRebuilt({ c: [A, place("b", 1, 2)] });
  });

  it("is the same for PUT and DELETE", async () => {
    const odd = [" pad ", "two words", "a/b", "100%", "%zz", "a%2Fb", "a?b#c", "é", "...", "..a"];
    for (const id of odd) {
      const sent = place(id, 2, 2, { name: "Place with an odd id" });
      expect((await admin.putPlace("c", sent)).status, id).toBe(201);
      const again = { ...sent, name: "Place again" };
      expect((await admin.putPlace("c", again)).status, id).toBe(200);
    }
    const stored = odd.map((id) => place(id.trim(), 2, 2, { name: "Place again" }));
    await expectRebuilt({ c: [A, ...stored] });
    for (const id of odd) {
      expect((await admin.deletePlace("c", id)).status, id).toBe(200);
      expect((await admin.deletePlace("c", id)).status, id).toBe(404);
    }
    await expectRebuilt({ c: [A] });
  });
});
