/**
 * The map: what it takes to make it, to serve it, and to draw it in a chat: `npm run bench:map`.
 *
 * Its tiles are asked of `npm start`, and of the plainest server of the same archive: Node's own, with the pmtiles library and the
 * file in memory. The view is drawn in Chromium, in a host with the specification's CSP.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { PMTiles } from "pmtiles";
import { makeBasemap } from "../scripts/basemap/make.ts";
import { mercatorX, mercatorY } from "../scripts/basemap/mercator.ts";
import { OPTIONS } from "../scripts/basemap/recipe.ts";
import { drawOnce } from "../scripts/browser/drawing.ts";
import { openStage } from "../scripts/browser/stage.ts";
import { sourceOf } from "../scripts/smoke/whole-archive.ts";
import { seeded } from "../test/support/random.ts";
import { anywhere } from "./random.ts";
import { aim, circumstances, percentile, publish, short, spread, table } from "./report.ts";

const SEED = 20261201;
const TILES = 2_000;
const ROUNDS = 9;
/** Of the processor, for the view. */
const SLOWDOWNS = [1, 4] as const;

const startedAt = performance.now();
const archive = makeBasemap(OPTIONS);
const made = {
  seconds: (performance.now() - startedAt) / 1_000,
  mostMb: process.resourceUsage().maxRSS / 1_000,
  megabytes: archive.length / 1_000_000,
};

const plain = await startPlainServer(archive);
const { stage, close } = await openStage();
try {
  const paths = randomTiles();
  const { tiles } = await (await fetch(new URL("/basemap.json", stage.server))).json();
  const ours = await askAll(paths.map((path) => tiles[0].replace("{z}/{x}/{y}", path)));
  const theirs = await askAll(paths.map((path) => `${plain.origin}/${path}`));
  const drawn = [];
  for (const slowdown of SLOWDOWNS) {
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await drawOnce(stage, slowdown));
    drawn.push({
      ms: rounds.map(({ milliseconds }) => milliseconds),
      heapMb: percentile(
        rounds.map(({ heapMb }) => heapMb),
        0.5,
      ),
    });
  }
  report(ours, theirs, drawn);
} finally {
  plain.close();
  await close();
}

/** The plainest server of an archive. */
async function startPlainServer(bytes: Buffer<ArrayBuffer>) {
  const reader = new PMTiles(sourceOf(bytes));
  const server = createServer(async (request, response) => {
    const [z, x, y] = request.url!.slice(1).split("/").map(Number);
    const tile = await reader.getZxy(z!, x!, y!);
    response.end(tile && Buffer.from(tile.data));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/** Anywhere on the globe, each zoom being as likely. */
function randomTiles(): string[] {
  const random = seeded(SEED);
  return Array.from({ length: TILES }, () => {
    const z = Math.floor(random() * (OPTIONS.maxZoom + 1));
    const { latitude, longitude } = anywhere(random);
    const at = (share: number) => Math.min(2 ** z - 1, Math.max(0, Math.floor(share * 2 ** z)));
    return `${z}/${at(mercatorX(longitude))}/${at(mercatorY(latitude))}`;
  });
}

/** Milliseconds of each, one after another. */
async function askAll(addresses: readonly string[]): Promise<number[]> {
  const milliseconds: number[] = [];
  for (const address of addresses) {
    const askedAt = performance.now();
    const response = await fetch(address);
    const { byteLength } = await response.arrayBuffer();
    milliseconds.push(performance.now() - askedAt);
    if (response.status !== 200 || byteLength === 0)
      throw new Error(`${address}: ${response.status}`);
  }
  return milliseconds;
}

function report(
  ours: readonly number[],
  theirs: readonly number[],
  drawn: readonly { ms: readonly number[]; heapMb: number }[],
): void {
  const page = gzipSync(readFileSync("dist/chat.html")).length;
  const [whole, quarter] = drawn.map(({ ms }) => percentile(ms, 0.5));
  publish(
    "Map",
    `${circumstances()}

The default map, of Natural Earth 1:10m and GeoNames, zoom 0 to ${OPTIONS.maxZoom}, is made in ${short(made.seconds)} s with ${short(made.mostMb)} MB of memory at most, and has ${short(made.megabytes)} MB.

${TILES.toLocaleString("en")} tiles anywhere, one after another over HTTP on loopback; wall time is p50 / p99 / max:

${table(
  ["", "ms"],
  [
    ["`GET /basemap/{z}/{x}/{y}` of `npm start` (Wrangler's proxy, workerd, R2)", spread(ours)],
    ["Node's HTTP server, pmtiles, the archive in memory", spread(theirs)],
  ],
)}

The view in a chat at 480 px: ${short(page / 1_000)} kB gzipped; from the message with eight places to the frame with list, marks and the first tile,
median of ${ROUNDS}:

${table(
  ["processor", "ms", "heap, MB"],
  drawn.map(({ ms, heapMb }, at) => [
    SLOWDOWNS[at] === 1 ? "whole" : `1/${SLOWDOWNS[at]}`,
    short(percentile(ms, 0.5)),
    short(heapMb),
  ]),
)}

Aims:
${[
  aim(made.seconds <= 45, `made within 45 s: ${short(made.seconds)}`),
  aim(made.mostMb <= 1_500, `with at most 1.5 GB: ${short(made.mostMb)} MB`),
  aim(made.megabytes <= 16, `at most 16 MB: ${short(made.megabytes)}`),
  aim(whole! <= 500, `drawn within 500 ms: ${short(whole!)}`),
  aim(quarter! <= 1_500, `within 1.5 s at a quarter of the processor: ${short(quarter!)}`),
].join("\n")}`,
  );
}
