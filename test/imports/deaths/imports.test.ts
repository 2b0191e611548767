import { it } from "vitest";
import { Admin, required } from "../../support/admin.ts";
import { place } from "../../support/engine.ts";
import { expectSurvival, type Scenario, settle } from "../../support/simulator.ts";

const OLD = [place("a", 1, 1), place("b", 1, 1.01)];
const NEW = [place("b", 2, 2, { name: "Place renamed" }), place("n", 2, 2)];
const admin = new Admin();

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "a replacing import": {
    begin: { c: OLD },
    prepare: async () => required(await admin.putPlace("c", place("e", 3, 3))),
    before: { c: [...OLD, place("e", 3, 3)] },
    act: (by) => by.importParts("c", [NEW], "replace"),
    after: { c: NEW },
    recover: () => settle("c"),
  },
  "the deletion of a collection": {
    begin: { c: OLD },
    act: (by) => by.deleteCollection("c"),
    after: {},
    // Its places go before the collection itself.
    between: { c: [] },
    recover: async () => required(await admin.deleteCollection("c")),
    recovered: {},
  },
};

it.each(Object.entries(SCENARIOS))("%s survives death between its changes", (_, scenario) =>
  expectSurvival(scenario),
);
