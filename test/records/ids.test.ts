import { beforeEach, expect, it } from "vitest";
import { Admin, isOk, required } from "../support/admin.ts";
import { idsNear, place } from "../support/engine.ts";
import { expectRebuilt } from "../support/everywhere.ts";
import { HIDDEN_IDS } from "../support/ids.ts";
import { drop, importDropped, reportOf } from "../support/inbox.ts";
import { readPlaces } from "../support/rows.ts";
import { emptyStores } from "../support/stores.ts";

const HERE = { latitude: 10, longitude: 10 };
const GOOD = [place("one", 10, 10), place("two", 10, 10.01)];
const BAD = HIDDEN_IDS.map((sourceId) => place(sourceId, 10, 10, { name: "Place bad" }));
const LATER = [place("one", 10, 10), place("three", 10, 10.02)];

const admin = new Admin();

beforeEach(async () => {
  await emptyStores();
  await admin.rebuild();
});

it("no record with an id that cannot be shown comes in, by any door", async () => {
  const number = await admin.bringParts("c", [GOOD]);
  const part = required(await admin.sendPart("c", number, 1, BAD));
  expect(part.body.rejected).toEqual(
    BAD.map((_, index) => ({
      index,
      reason: "sourceId: has characters that cannot be seen",
    })),
  );
  required(await admin.finish("c", number, 2));

  for (const { sourceId, ...rest } of BAD) {
    const posted = await admin.call("POST", "/collections/c/places", { sourceId, ...rest });
    expect(posted, JSON.stringify(sourceId)).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining("sourceId: has characters that cannot be seen") },
    });
    // A lone surrogate cannot be in an address.
    if (!sourceId.isWellFormed()) continue;
    const path = `/collections/c/places/${encodeURIComponent(sourceId)}`;
    expect((await admin.call("PUT", path, rest)).status, JSON.stringify(sourceId)).toBe(400);
    expect((await admin.call("DELETE", path)).status, JSON.stringify(sourceId)).toBe(400);
  }

  // As the command reads a file. What is at the ends of a cell belongs to the file.
  const { records, problems } = await readPlaces(BAD.map((one) => JSON.stringify(one)).join("\n"));
  const isTrimmed = (id: string) => !HIDDEN_IDS.includes(id.trim());
  expect(records.map(({ sourceId }) => sourceId)).toEqual(
    HIDDEN_IDS.filter(isTrimmed).map((id) => id.trim()),
  );
  for (const { problem } of problems) {
    expect(problem).toBe("has an id that has characters that cannot be seen");
  }

  await expectRebuilt({ c: GOOD });
  // And nothing of it stands in the way of what comes next.
  required(await admin.importParts("c", [LATER], "replace"));
  required(await admin.putPlace("c", place("four", 10, 10)));
  required(await admin.deletePlace("c", "one"));
  await expectRebuilt({ c: [LATER[1]!, place("four", 10, 10)] });
  expect(isOk(await admin.deleteCollection("c"))).toBe(true);
});

it("nor through the inbox", async () => {
  const bad = BAD.filter(({ sourceId }) => sourceId.isWellFormed() && sourceId.trim() === sourceId);
  const lines = [...GOOD, ...bad].map((one) => JSON.stringify(one)).join("\n");
  await importDropped(await drop("inbox/stops/stops.ndjson", lines));
  expect(await idsNear(HERE)).toEqual(["one", "two"]);
  const { skipped, rejected } = (await reportOf("stops"))!;
  expect(skipped).toBe(bad.length);
  expect(new Set(rejected.map(({ reason }) => reason))).toEqual(
    new Set(["has an id that has characters that cannot be seen"]),
  );
});
