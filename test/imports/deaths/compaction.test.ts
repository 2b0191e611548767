import { it } from "vitest";
import { compactAll, flushEdits } from "../../../src/imports/compaction.ts";
import { deletePlace, putPlace } from "../../../src/imports/edits.ts";
import { place } from "../../support/engine.ts";
import { expectSurvival } from "../../support/simulator.ts";
import { STORES } from "../../support/stores.ts";

const A = place("a", 1, 1);
const PLACES = Array.from({ length: 8 }, (_, k) => place(`e${k}`, 4, k / 100));
const EDITED = { c: [{ ...A, name: "Place edited" }, ...PLACES.slice(1)] };

it("a compaction survives death between its changes", () =>
  expectSurvival({
    begin: { c: [A] },
    async prepare() {
      for (const one of PLACES) {
        await putPlace(STORES, "c", one);
        await flushEdits(STORES, "c");
      }
      await deletePlace(STORES, "c", "e0");
      await putPlace(STORES, "c", { ...A, name: "Place edited" });
    },
    before: EDITED,
    async act(by) {
      await compactAll(by.stores);
      return undefined;
    },
    after: EDITED,
    recover: () => compactAll(STORES),
  }));
