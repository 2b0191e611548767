import { beforeEach, describe, expect, it } from "vitest";
import { Admin, isOk, required } from "../support/admin.ts";
import { place } from "../support/engine.ts";
import { expectEverywhere, expectIndexed } from "../support/everywhere.ts";
import { failing, hold } from "../support/interposed.ts";
import { emptyStores } from "../support/stores.ts";

const A = place("a", 1, 1);
const LATE = place("late", 5, 5);
const SOME = Array.from({ length: 5 }, (_, k) => place(`p${k}`, 2, k / 100));

const admin = new Admin();

beforeEach(async () => {
  await emptyStores();
  required(await admin.importParts("c", [[A]]));
});

/** Where an edit, whatever it does in between, has not come to the index yet. */
const MOMENTS: [string, RegExp[]][] = [
  ["before its record is in the bucket", [/^put records\//]],
  ["when its record is in the bucket", [/^put records\//, /^put /]],
  ["before it is in the index", [/^put records\//, /^batch .*INSERT INTO places\b/s]],
];

describe("edits at the same time", () => {
  it("of one collection all count", async () => {
    const places = Array.from({ length: 8 }, (_, k) => place(`e${k}`, 1, 1 + k / 100));
    const answers = await Promise.all(places.map((one) => admin.putPlace("c", one)));
    expect(answers.map(({ status }) => status)).toEqual(places.map(() => 201));
    await expectEverywhere({ c: [A, ...places] });
  });

  it("of twenty collections all count", { timeout: 60_000 }, async () => {
    const names = Array.from({ length: 20 }, (_, k) => `c${k}`);
    for (const name of names) required(await admin.importParts(name, [[A]]));
    const answers = await Promise.all(names.map((name) => admin.putPlace(name, LATE)));
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201));
    const both = names.map((name) => [name, [A, LATE]] as const);
    await expectEverywhere({ c: [A], ...Object.fromEntries(both) });
  });

  it("of one place leave one of them, the same in the index and in the log", async () => {
    const names = Array.from({ length: 6 }, (_, k) => `Place name ${k}`);
    const answers = await Promise.all(names.map((name) => admin.putPlace("c", { ...LATE, name })));
    expect(answers.filter(isOk)).toHaveLength(names.length);
    const last = required(await admin.call("GET", "/collections/c"));
    expect(last.body).toMatchObject({ places: 2 });
    // The winner is not known: each may be it, but the same one everywhere.
    await expectOneOf(names.map((name) => ({ c: [A, { ...LATE, name }] })));
  });

  it("of which one deletes what the other one puts leave the same everywhere", async () => {
    const renamed = { ...A, name: "Place renamed" };
    const answers = await Promise.all([
      admin.deletePlace("c", "a"),
      admin.putPlace("c", renamed),
      admin.putPlace("c", LATE),
    ]);
    expect(answers.filter(isOk)).toHaveLength(3);
    await expectOneOf([{ c: [LATE] }, { c: [renamed, LATE] }]);
  });
});

/** Expects one of some states, the same one everywhere. */
async function expectOneOf(models: Parameters<typeof expectIndexed>[0][]) {
  const outcomes = await Promise.allSettled(models.map((model) => expectIndexed(model)));
  const which = outcomes.findIndex(({ status }) => status === "fulfilled");
  expect(which).toBeGreaterThanOrEqual(0);
  await expectEverywhere(models[which]!);
}

describe.each(MOMENTS)("a slow edit, held %s,", (_, moment) => {
  it("loses nothing of an import that comes in between, which is finished later", async () => {
    const edit = await hold(moment, (by) => by.putPlace("c", LATE));
    const number = await admin.bringParts("c", [SOME]);
    const answer = await edit.release();
    expect(answer.status).toBe(409);
    required(await admin.finish("c", number, 1));
    await expectEverywhere({ c: [A, ...SOME] });
  });

  it("counts after an import that is finished in between", async () => {
    const edit = await hold(moment, (by) => by.putPlace("c", LATE));
    required(await admin.importParts("c", [SOME], "replace"));
    required(await edit.release());
    await expectEverywhere({ c: [...SOME, LATE] });
  });

  it("counts after other edits that come in between", async () => {
    const edit = await hold(moment, (by) => by.putPlace("c", LATE));
    for (const one of SOME) required(await admin.putPlace("c", one));
    required(await edit.release());
    await expectEverywhere({ c: [A, ...SOME, LATE] });
  });

  it("overwrites nothing when the index is made anew in between, and edited", async () => {
    const edit = await hold(moment, (by) => by.putPlace("c", LATE));
    await admin.rebuild();
    for (const one of SOME) required(await admin.putPlace("c", one));
    required(await edit.release());
    await expectEverywhere({ c: [A, ...SOME, LATE] });
  });

  it("overwrites nothing of a collection of the same name that comes after its own", async () => {
    const edit = await hold(moment, (by) => by.putPlace("c", LATE));
    required(await admin.deleteCollection("c"));
    required(await admin.importParts("c", [SOME.slice(0, 2), SOME.slice(2, 4), SOME.slice(4)]));
    required(await edit.release());
    await expectEverywhere({ c: [...SOME, LATE] });
  });

  it("is refused when its collection is gone, and leaves nothing behind", async () => {
    const edit = await hold(moment, (by) => by.putPlace("c", LATE));
    required(await admin.deleteCollection("c"));
    expect((await edit.release()).status).toBe(404);
    await expectEverywhere({});
    required(await admin.importParts("c", [SOME]));
    await expectEverywhere({ c: SOME });
  });
});

describe("an edit whose write of the index fails", () => {
  const AT_THE_INDEX = [/^put records\//, /^batch .*INSERT INTO places\b/s];

  it("counts nowhere if it was not carried out, also after an import", async () => {
    const by = failing(AT_THE_INDEX, "before");
    expect((await by.putPlace("c", LATE)).status).toBe(500);
    required(await admin.importParts("c", [SOME], "replace"));
    await expectEverywhere({ c: SOME });
  });

  it("counts everywhere if only the answer was lost", async () => {
    const by = failing(AT_THE_INDEX, "after");
    await by.putPlace("c", LATE);
    await expectEverywhere({ c: [A, LATE] });
  });

  it("can be sent again", async () => {
    for (const when of ["before", "after"] as const) {
      await failing(AT_THE_INDEX, when).putPlace("c", { ...LATE, name: `Place ${when}` });
      required(await admin.putPlace("c", { ...LATE, name: `Place ${when}` }));
    }
    await expectEverywhere({ c: [A, { ...LATE, name: "Place after" }] });
  });
});
