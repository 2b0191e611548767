import { env } from "cloudflare:workers";
import { TileType } from "pmtiles";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { TileAddress } from "../../src/basemap/archive.ts";
import { catalog } from "../../src/mcp/catalog.ts";
import { appWith } from "../support/app.ts";
import { archiveOf, CREDIT, SMALL_DIRECTORIES } from "../support/basemap.ts";
import { ORIGIN, worker } from "../support/client.ts";
import { interposed } from "../support/interpose.ts";
import { STORES } from "../support/stores.ts";

const KEY = "basemap.pmtiles";
const YEAR = "public, max-age=31536000, immutable";
const HOLE = { z: 2, x: 1, y: 2 };

const nameOf = ({ z, x, y }: TileAddress) => `${z}/${x}/${y}`;
const isHole = (tile: TileAddress) => nameOf(tile) === nameOf(HOLE);

/** An archive with a hole, whose tiles name themselves. The first one is so large that no other is read with the directories. */
const archive = (name: string) =>
  archiveOf({
    maxZoom: 2,
    contentOf: (tile) => {
      if (isHole(tile)) return undefined;
      return tile.z === 0 ? noise(300 * 1_024) : `${name} ${nameOf(tile)}`;
    },
  });

/** What cannot be packed. */
function noise(bytes: number): string {
  const random = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 65_536) {
    crypto.getRandomValues(random.subarray(at, at + 65_536));
  }
  return random.toString("base64");
}

/** @returns its etag */
async function put(bytes: Uint8Array): Promise<string> {
  return (await env.PLACES_BUCKET.put(KEY, bytes))!.etag;
}

const get = async (path: string, fetch = worker) =>
  fetch(new Request(`${ORIGIN}${path}`, { headers: { origin: "https://somebody.example" } }));

async function tileJson(fetch = worker) {
  const response = await get("/basemap.json", fetch);
  return { response, body: (await response.json()) as { tiles: [string]; error?: string } };
}

const tile = (address: TileAddress, etag?: string, fetch = worker) =>
  get(`/basemap/${nameOf(address)}${etag === undefined ? "" : `?v=${etag}`}`, fetch);

const ONE = { z: 2, x: 3, y: 0 };

beforeEach(() => env.PLACES_BUCKET.delete(KEY));

it("tells a map what the archive tells", async () => {
  const etag = await put(await archive("first"));
  const { response, body } = await tileJson();
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-cache");
  expect(body).toEqual({
    tilejson: "3.0.0",
    tiles: [`${ORIGIN}/basemap/{z}/{x}/{y}?v=${etag}`],
    minzoom: 0,
    maxzoom: 2,
    bounds: [-180, -85, 180, 85],
    name: "Small",
    attribution: CREDIT,
    vector_layers: [{ id: "earth", fields: { kind: "String" } }],
  });
});

it("names its tiles by the address that callers know the server by, not by that of the request", async () => {
  const etag = await put(await archive("first"));
  const known = await tileJson(appWith(catalog, { PUBLIC_URL: "https://places.example.org" }));
  expect(known.body.tiles).toEqual([`https://places.example.org/basemap/{z}/{x}/{y}?v=${etag}`]);
  // What is in front of the server ends TLS.
  const inside = new Request("http://places.example.com/basemap.json");
  const behindTls = appWith(catalog, { ALLOWED_ORIGINS: "places.example.com" });
  const { tiles } = (await (await behindTls(inside)).json()) as { tiles: [string] };
  expect(tiles).toEqual([`https://places.example.com/basemap/{z}/{x}/{y}?v=${etag}`]);
});

it("gives tiles that may be kept for a year", async () => {
  const etag = await put(await archive("first"));
  const response = await tile(ONE, etag);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/x-protobuf");
  expect(response.headers.get("cache-control")).toBe(YEAR);
  expect(await response.text()).toBe("first 2/3/0");
});

it("gives those without an etag, or with a wrong one, to be asked for again", async () => {
  await put(await archive("first"));
  for (const etag of [undefined, "0".repeat(32), "", "a b", '"', "x".repeat(65)]) {
    const response = await tile(ONE, etag && encodeURIComponent(etag));
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(await response.text()).toBe("first 2/3/0");
  }
});

it.each([HOLE, { z: 3, x: 0, y: 0 }, { z: 26, x: 2 ** 26 - 1, y: 0 }])(
  "has nothing at %j: 204",
  async (address) => {
    const etag = await put(await archive("first"));
    const response = await tile(address, etag);
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
  },
);

it.each([
  "2/4/0",
  "2/0/4",
  "0/0/1",
  "27/0/0",
  "-1/0/0",
  "1/1.5/0",
  "1/0x1/0",
  "1/a/0",
  "1/%20/0",
  "1/1/0.mvt",
  "99999999/0/0",
  "26/67108864/0",
])("refuses %s: 400", async (address) => {
  await put(await archive("first"));
  const response = await get(`/basemap/${address}`);
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: expect.stringContaining("zoom from 0 to 26") });
});

it("is not there without an archive: 404", async () => {
  const etag = await put(await archive("first"));
  await (await tile(ONE, etag)).text();
  await env.PLACES_BUCKET.delete(KEY);
  for (const response of [await get("/basemap.json"), await tile(ONE), await tile(ONE, etag)]) {
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: expect.stringContaining(KEY) });
  }
});

it("is not there where the archive has pictures, which are no vector tiles either", async () => {
  const bytes = await archive("first");
  bytes[99] = TileType.Png;
  const etag = await put(bytes);
  for (const response of [await get("/basemap.json"), await tile(ONE), await tile(ONE, etag)]) {
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: expect.stringContaining("no vector tiles") });
  }
});

it.each([
  ["something else", "no archive ".repeat(20)],
  ["the beginning of one", "PMTiles\u0003"],
  ["nothing", ""],
])("is not there where the file is no archive but %s: 404", async (_, text) => {
  await put(new TextEncoder().encode(text));
  for (const response of [await get("/basemap.json"), await tile(ONE)]) {
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: expect.stringContaining("no PMTiles archive of version 3"),
    });
  }
});

/** Its header is whole, its directory is not. */
const damaged = (archive: Uint8Array) => archive.fill(255, 127, 140);

it("fails by a reference where the archive is damaged", async () => {
  await put(damaged(await archive("first")));
  const { response, body } = await tileJson();
  expect(response.status).toBe(500);
  expect(body).toEqual({
    error: "Something went wrong on our side.",
    reference: expect.any(String),
  });
});

it("is for pages of any origin, without cookies", async () => {
  const etag = await put(await archive("first"));
  const answers = await Promise.all([
    get("/basemap.json"),
    tile(ONE, etag),
    tile(HOLE, etag),
    get("/basemap/9/9/9999"),
  ]);
  for (const { headers } of answers) {
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    expect(headers.getSetCookie()).toEqual([]);
  }
});

it("lets pages of any origin read nothing else", async () => {
  for (const path of ["/", "/health", "/mcp", "/admin/basemap"]) {
    const { headers } = await get(path);
    expect(headers.get("access-control-allow-origin")).toBeNull();
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
  }
});

describe("a new archive", () => {
  it("is seen at once", async () => {
    const first = await put(await archive("first"));
    expect((await tileJson()).body.tiles[0]).toContain(first);
    await (await tile(ONE, first)).text();
    const second = await put(await archive("second"));
    expect((await tileJson()).body.tiles[0]).toContain(second);
    const response = await tile(ONE, second);
    expect(response.headers.get("cache-control")).toBe(YEAR);
    expect(await response.text()).toBe("second 2/3/0");
  });

  it("stands in under the addresses of the one before, which are not kept", async () => {
    const first = await put(await archive("first"));
    await put(await archive("second"));
    const response = await tile(ONE, first);
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(await response.text()).toBe("second 2/3/0");
  });

  /** The Worker on a bucket that gets another archive before its n-th read of a range. */
  function replacedBefore(nth: number, bytes: Uint8Array) {
    let reads = 0;
    const { bucket } = interposed(STORES, async (what, carryOut) => {
      if (what === `get ${KEY}` && ++reads === nth) await put(bytes);
      return carryOut();
    });
    return appWith(catalog, { PLACES_BUCKET: bucket });
  }

  it.each([1, 2])(
    "that comes before read %i of a tile is not mixed with the one before",
    async (nth) => {
      const other = `another one, whose tiles lie elsewhere ${nth}`;
      const first = await put(await archive(`first ${nth}`));
      const fetch = replacedBefore(nth, await archive(other));
      const response = await tile(ONE, first, fetch);
      expect(response.headers.get("cache-control")).toBe("no-cache");
      expect(await response.text()).toBe(`${other} 2/3/0`);
    },
  );

  it.each([1, 2])("that comes before read %i of what maps have to know is told", async (nth) => {
    await put(
      await archiveOf({ maxZoom: 1, contentOf: nameOf, metadata: { text: noise(300 * 1_024) } }),
    );
    const second = await archiveOf({ maxZoom: 3, contentOf: nameOf, metadata: { name: "Second" } });
    const { response, body } = await tileJson(replacedBefore(nth, second));
    expect(response.status).toBe(200);
    expect(body).toMatchObject({ name: "Second", maxzoom: 3 });
  });
});

describe("reads of the bucket", () => {
  /** A Worker that has read nothing yet, and the ranges that it reads. */
  function counted() {
    const calls: string[] = [];
    const { bucket } = interposed(STORES, (what, carryOut) => {
      calls.push(what);
      return carryOut();
    });
    return { fetch: appWith(catalog, { PLACES_BUCKET: bucket }), calls };
  }
  const RANGE = `get ${KEY}`;

  it("are two for the first tile, and one for each after", async () => {
    const etag = await put(await archive("counted"));
    const { fetch, calls } = counted();
    await (await tile(ONE, etag, fetch)).text();
    expect(calls).toEqual([RANGE, RANGE]);
    await (await tile({ z: 1, x: 0, y: 0 }, etag, fetch)).text();
    expect(calls).toEqual([RANGE, RANGE, RANGE]);
    expect((await tile(HOLE, etag, fetch)).status).toBe(204);
    expect((await tileJson(fetch)).response.status).toBe(200);
    expect(calls).toEqual([RANGE, RANGE, RANGE, `head ${KEY}`]);
  });

  it("are three for the first tile of a large archive; then one, or two where its directory is not known yet", async () => {
    const contentOf = (at: TileAddress) => `${nameOf(at)} ${"x".repeat((at.x * 37 + at.y) % 50)}`;
    const directories = SMALL_DIRECTORIES;
    const metadata = { text: noise(300 * 1_024) };
    const etag = await put(await archiveOf({ maxZoom: 3, contentOf, metadata, directories }));

    const { fetch, calls } = counted();
    for (const [at, reads] of [
      [{ z: 3, x: 6, y: 7 }, 3],
      [{ z: 3, x: 7, y: 7 }, 1],
      [{ z: 3, x: 0, y: 7 }, 2],
    ] as const) {
      calls.length = 0;
      expect(await (await tile(at, etag, fetch)).text()).toBe(contentOf(at));
      expect(calls).toEqual(Array(reads).fill(RANGE));
    }
  });
});

it("leaves nothing of where somebody looks in the log", async () => {
  const etag = await put(await archive("first"));
  const lines: string[] = [];
  for (const method of ["error", "warn", "log", "info", "debug", "trace"] as const) {
    vi.spyOn(console, method).mockImplementation((...said) => {
      lines.push(said.map(String).join(" "));
    });
  }
  for (const address of ["2/3/0", "24/8501234/5681234", "24/8501234/x", `2/3/0?v=${etag}`]) {
    await (await get(`/basemap/${address}`)).text();
  }
  await put(damaged(await archive("first")));
  expect((await get("/basemap/24/8501234/5681234")).status).toBe(500);
  vi.restoreAllMocks();
  expect(lines.filter((line) => line.includes('"route":"/basemap/:z/:x/:y"'))).toHaveLength(5);
  expect(lines.join("\n")).not.toMatch(/8501234|5681234|2\/3\/0/);
});
