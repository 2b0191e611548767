import { env } from "cloudflare:workers";
import { Compression, TileType } from "pmtiles";
import { beforeEach, expect, it } from "vitest";
import { BasemapState } from "../../../src/imports/contract.ts";
import { Admin } from "../../support/admin.ts";
import { archiveOf } from "../../support/basemap.ts";
import { ORIGIN } from "../../support/client.ts";

const KEY = "basemap.pmtiles";
const RECIPE = "a1".repeat(32);
const OTHER = "b2".repeat(32);

const admin = new Admin();
const state = async () => (await admin.call("GET", "/basemap", undefined, BasemapState)).body;
const put = (bytes: Uint8Array, recipe = RECIPE) =>
  admin.call("PUT", `/basemap?recipe=${recipe}`, bytes, BasemapState);
const archive = (name: string) => archiveOf({ maxZoom: 0, contentOf: () => name });
const stored = async () => new Uint8Array(await (await env.PLACES_BUCKET.get(KEY))!.arrayBuffer());

beforeEach(() => env.PLACES_BUCKET.delete(KEY));

it("is put where there is none, and over an earlier one of ours", async () => {
  expect(await state()).toEqual({ isThere: false });
  for (const [name, recipe] of [
    ["first", RECIPE],
    ["second", OTHER],
  ] as const) {
    const bytes = await archive(name);
    expect((await put(bytes, recipe)).status).toBe(200);
    expect(await state()).toEqual({ isThere: true, recipe });
    expect(await stored()).toEqual(new Uint8Array(bytes));
  }
});

it("never takes the place of one that somebody else has put there", async () => {
  const theirs = await archive("theirs");
  await env.PLACES_BUCKET.put(KEY, theirs);
  expect(await state()).toEqual({ isThere: true });
  const { status, body } = await put(await archive("ours"));
  expect(status).toBe(409);
  expect(body.error).toContain("Delete it there first");
  expect(await stored()).toEqual(new Uint8Array(theirs));
});

it("is an archive, with a recipe, of a bounded size", async () => {
  expect((await put(new TextEncoder().encode("PMTiles\x02 and more"))).status).toBe(400);
  expect((await put(new Uint8Array())).status).toBe(400);
  expect((await put(await archive("x"), "mine")).status).toBe(400);
  expect((await put(new Uint8Array(16_000_001))).status).toBe(413);
  expect(await state()).toEqual({ isThere: false });
});

/** Where the header of an archive has it. */
const AT = { leafLength: 48, dataLength: 64, internal: 97, tiles: 98, tileType: 99 };

/** An archive, of which one byte is another. */
async function changed(at: number, byte: number): Promise<Uint8Array> {
  const bytes = await archive("theirs");
  bytes[at] = byte;
  return bytes;
}

it.each([
  ["it has 8 bytes of one", async () => (await archive("cut")).subarray(0, 8), "no PMTiles"],
  ["its header is cut", async () => (await archive("cut")).subarray(0, 126), "no PMTiles"],
  ["it is of an older version", () => changed(7, 2), "no PMTiles archive of version 3"],
  ["it has pictures", () => changed(AT.tileType, TileType.Png), "no vector tiles"],
  ["its tiles are of another kind", () => changed(AT.tileType, TileType.Mlt), "no vector tiles"],
  ["its tiles are packed by Zstandard", () => changed(AT.tiles, Compression.Zstd), "with gzip"],
  [
    "its directory is packed by Brotli",
    () => changed(AT.internal, Compression.Brotli),
    "with gzip",
  ],
  ["its directory is cut", async () => (await archive("cut")).subarray(0, 130), "cut short"],
  ["its last byte is missing", async () => (await archive("cut")).subarray(0, -1), "cut short"],
  ["it tells of more tiles than it has", () => changed(AT.dataLength + 5, 1), "cut short"],
  ["it tells of leaves that it has not", () => changed(AT.leafLength + 2, 1), "cut short"],
  ["its directory is damaged", () => changed(140, 0xff), "cannot be read"],
])("is refused where %s, and the one before stays", async (_what, made, words) => {
  const before = await archive("before");
  expect((await put(before)).status).toBe(200);
  const { status, body } = await put(await made(), OTHER);
  expect(status).toBe(400);
  expect(body.error).toContain(words);
  expect(await state()).toEqual({ isThere: true, recipe: RECIPE });
  expect(await stored()).toEqual(new Uint8Array(before));
});

it.each(["GET", "PUT"])("is closed to %s without the admin token", async (method) => {
  const url = `${ORIGIN}/admin/basemap?recipe=${RECIPE}`;
  const body = method === "PUT" ? { body: await archive("x") } : {};
  const response = await admin.fetch(new Request(url, { method, ...body }));
  expect(response.status).toBe(401);
  await response.text();
  expect(await env.PLACES_BUCKET.head(KEY)).toBeNull();
});
