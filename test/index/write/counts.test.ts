import fc from "fast-check";
import { beforeEach, expect, it } from "vitest";
import { lineageOf, type PlaceRecord } from "../../../src/records/place.ts";
import { Admin, required } from "../../support/admin.ts";
import { place } from "../../support/engine.ts";
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

it("counts the places of every category and its parents, whatever is put, changed, deleted and imported", {
  timeout: 2 * MINUTES,
}, async () => {
  const category = fc.constantFrom("a", "a/b", "a/b/c", "a/bc", "ab/c", "x_y/z", "x%/z", "x-y");
  const one = fc.record({ id: fc.nat({ max: 5 }), category });
  const step = fc.oneof(
    fc.record({ put: one }),
    fc.record({ remove: fc.nat({ max: 5 }) }),
    fc.record({ bring: fc.array(one, { minLength: 1, maxLength: 6 }), replaces: fc.boolean() }),
  );
  const toRecord = ({ id, category }: { id: number; category: string }): PlaceRecord =>
    place(`p${id}`, id, id, { category });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      await emptyStores();
      required(await admin.importParts("c", [[toRecord({ id: 9, category: "a/b" })]]));
      const all = new Map([["p9", "a/b"]]);
      for (const step of steps) {
        if ("put" in step) {
          required(await admin.putPlace("c", toRecord(step.put)));
          all.set(`p${step.put.id}`, step.put.category);
        } else if ("remove" in step) {
          if (all.delete(`p${step.remove}`)) {
            required(await admin.deletePlace("c", `p${step.remove}`));
          }
        } else {
          const mode = step.replaces ? "replace" : "merge";
          required(await admin.importParts("c", [step.bring.map(toRecord)], mode));
          if (step.replaces) all.clear();
          for (const { id, category } of step.bring) all.set(`p${id}`, category);
        }
        const expected = new Map<string, number>();
        for (const path of [...all.values()].flatMap(lineageOf)) {
          expected.set(path, (expected.get(path) ?? 0) + 1);
        }
        const { results } = await STORES.database
          .prepare("SELECT path, places FROM categories WHERE places <> 0")
          .all<{ path: string; places: number }>();
        expect(new Map(results.map(({ path, places }) => [path, places]))).toEqual(expected);
      }
    }),
    { numRuns: 25, seed: 20_261_129 },
  );
});
