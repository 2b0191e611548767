import { it } from "vitest";
import { Admin, required } from "../../support/admin.ts";
import { place } from "../../support/engine.ts";
import { expectSurvival } from "../../support/simulator.ts";

const A = place("a", 1, 1);
const EDITED = { c: [{ ...A, name: "Place edited" }], d: [place("o", 3, 3)] };
const admin = new Admin();

it("a rebuild survives death between its changes", () =>
  expectSurvival({
    begin: { c: [A], d: [place("o", 3, 3)] },
    prepare: async () => required(await admin.putPlace("c", { ...A, name: "Place edited" })),
    before: EDITED,
    act: async (by) => {
      await by.rebuild();
      return undefined;
    },
    after: EDITED,
    recover: async () => {
      for (let done = false; !done; ) done = required(await admin.rebuildOnce(false)).body.done!;
    },
  }));
