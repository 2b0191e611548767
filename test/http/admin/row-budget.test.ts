import { beforeEach, expect, it } from "vitest";
import { NewKey } from "../../../src/credentials/contract.ts";
import { StoredPlace } from "../../../src/imports/contract.ts";
import { Admin, required } from "../../support/admin.ts";
import { ORIGIN } from "../../support/client.ts";
import { place } from "../../support/engine.ts";
import { emptyStores, STORES } from "../../support/stores.ts";
import { bearer } from "../../support/tokens.ts";

const PER_DAY = 5;
const admin = new Admin(STORES, { IMPORT_ROWS_PER_DAY: String(PER_DAY) });

/** Each test is another caller: what one has used today stays used. */
let key: { readonly authorization: string };
let tests = 0;

beforeEach(async () => {
  await emptyStores();
  const request = { name: `importer-${++tests}`, scopes: ["places:write"] };
  key = bearer(required(await admin.call("POST", "/keys", request, NewKey)).body.key!);
});

const put = (id: string, lon = 1) => {
  const { sourceId, ...rest } = place(id, 1, lon);
  return admin.call("PUT", `/collections/shops/places/${sourceId}`, rest, StoredPlace, key);
};
const remove = (id: string) =>
  admin.call("DELETE", `/collections/shops/places/${id}`, undefined, undefined, key);

/** Sends a part of an import as the caller of the test. */
async function send(number: number, part: number, ids: readonly string[]): Promise<Response> {
  const url = `${ORIGIN}/admin/collections/shops/imports/${number}/parts/${part}`;
  const body = ids.map((id) => JSON.stringify(place(id, 1, 1))).join("\n");
  return admin.fetch(new Request(url, { method: "PUT", headers: key, body }));
}

it("refuses more rows than a day has, says what is left, and goes on with what there is room for", async () => {
  const number = await admin.bringParts("shops", []);
  expect((await send(number, 0, ["a", "b", "c"])).status).toBe(200);
  const refused = await send(number, 1, ["d", "e", "f"]);
  expect(refused.status).toBe(429);
  const toMidnight = Number(refused.headers.get("retry-after"));
  expect(toMidnight).toBeGreaterThan(0);
  expect(toMidnight).toBeLessThanOrEqual(24 * 3_600);
  expect(await refused.json()).toEqual({
    error: expect.stringMatching(
      /^Today's budget is 5 imported rows: 2 left, and this would be 3\. The next day begins at \S+T00:00:00\.000Z\.$/,
    ),
  });
  // The same part again is no new one.
  expect((await send(number, 0, ["a", "b", "c"])).status).toBe(200);
  expect((await send(number, 1, ["d", "e"])).status).toBe(200);
  expect((await send(number, 2, ["f"])).status).toBe(429);
  required(await admin.finish("shops", number, 2));
});

it("counts single places, not those that are deleted, and not what was refused", async () => {
  for (const id of ["a", "b", "c", "d"]) required(await put(id));
  for (let k = 0; k < 3; k++) expect((await put("x", 500)).status).toBe(400);
  required(await remove("a"));
  expect((await remove("never there")).status).toBe(404);
  required(await put("e"));
  expect((await put("f")).status).toBe(429);
  required(await remove("b"));
});

it("is each caller's own", async () => {
  for (let k = 0; k < PER_DAY; k++) required(await put(`place ${k}`));
  expect((await put("one more")).status).toBe(429);
  required(await admin.putPlace("shops", place("by somebody else", 1, 1)));
});

it("says that a part is too large for any day", async () => {
  const number = await admin.bringParts("shops", []);
  const response = await send(number, 0, ["a", "b", "c", "d", "e", "f"]);
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    error: expect.stringContaining("A day has 5 imported rows here, and this alone would be 6"),
  });
});
