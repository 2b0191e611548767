import { it } from "vitest";
import { compactAll } from "../../../src/imports/compaction.ts";
import { Admin, required } from "../../support/admin.ts";
import { place } from "../../support/engine.ts";
import { expectSurvival, type Scenario } from "../../support/simulator.ts";
import { STORES } from "../../support/stores.ts";

const A = place("a", 1, 1);
const B = place("b", 1, 1.01);
const NEW = [place("b", 2, 2, { name: "Place renamed" }), place("n", 2, 2)];
const admin = new Admin();
const clock = () => compactAll(STORES);

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "adds a place": {
    begin: { c: [A] },
    act: (by) => by.putPlace("c", B),
    after: { c: [A, B] },
    recover: clock,
  },
  "changes a place": {
    begin: { c: [A, B] },
    act: (by) => by.putPlace("c", { ...A, name: "Place other" }),
    after: { c: [{ ...A, name: "Place other" }, B] },
    recover: clock,
  },
  "removes a place": {
    begin: { c: [A, B] },
    act: (by) => by.deletePlace("c", "a"),
    after: { c: [B] },
    recover: clock,
  },
  "adds a place, which a replacing import then does not bring,": {
    begin: { c: [A] },
    act: (by) => by.putPlace("c", B),
    after: { c: [A, B] },
    recover: async () => required(await admin.importParts("c", [NEW], "replace")),
    recovered: { c: NEW },
  },
  "changes metadata": {
    begin: { c: [A] },
    act: (by) => by.changeTitle("c", "Other"),
    after: { c: [A] },
    recover: async () => required(await admin.changeTitle("c", "Other")),
  },
};

it.each(Object.entries(SCENARIOS))(
  "an edit that %s survives death between its changes",
  (_, scenario) => expectSurvival(scenario),
);
