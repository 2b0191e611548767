import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask, type Found } from "./questions.ts";
import type { Readme } from "./readme.ts";

/** The README's "Your own data", with shops that there are not, on an island in the middle of the Atlantic. */

export type Check = (name: string, run: () => Promise<void>) => Promise<void>;

const ISLAND = { latitude: -37.07, longitude: -12.31 };
const SHOPS = 48;
const REJECTS = "stores.rejects.ndjson";

export async function ownData(server: URL, readme: Readme, check: Check): Promise<void> {
  const { out: before } = await readme.run("npm run collections");
  assert.doesNotMatch(
    before,
    /^stores:/m,
    "There is a collection stores already: it would be lost",
  );
  const folder = await mkdtemp(join(tmpdir(), "hereabouts-"));
  const file = join(folder, "stores.csv");
  await writeFile(file, storesCsv());
  try {
    await road(server, readme, check, file);
  } finally {
    await readme.shell("npm run collections -- delete stores --yes");
    await Promise.all([rm(folder, { recursive: true }), rm(REJECTS, { force: true })]);
  }
}

function storesCsv(): string {
  const rows = Array.from({ length: SHOPS }, (_, k) => {
    const type = k % 2 === 0 ? "Coffee Shop" : "Bakery";
    return `s${k},Smoke House ${k},${ISLAND.latitude + k / 10_000},${ISLAND.longitude},${type}`;
  });
  rows.splice(10, 0, "x,Beyond the Pole,95,10,Bakery");
  rows.push(`y,,${ISLAND.latitude},${ISLAND.longitude},Bakery`);
  return ["id,name,lat,lon,type", ...rows].join("\n");
}

async function road(server: URL, readme: Readme, check: Check, file: string): Promise<void> {
  const command = readme.blocks("npm run import ")[0]!.trim().replace("stores.csv", file);
  const shops = (query: string): Promise<Found[]> => ask(server, { query, radius: 10, ...ISLAND });
  const coffee = async () => (await shops("coffee")).map(({ id }) => id);

  await check(`README: ${command} --dry-run`, async () => {
    const { code, out } = await readme.shell(`${command} --dry-run`);
    assert.match(out, /Dry run, nothing stored: 50 rows, 48 places\./);
    assert.match(out, /1 × it has no name/);
    assert.equal(code, 2);
    assert.deepEqual(await coffee(), []);
  });
  await check(`README: ${command}`, async () => {
    const { code, out } = await readme.shell(command);
    assert.match(out, /50 rows read, 48 stored, 0 updated, 0 unchanged, 2 skipped/);
    assert.equal(code, 2);
    const rejects = (await readFile(REJECTS, "utf8")).trim().split("\n");
    assert.deepEqual(
      rejects.map((line) => JSON.parse(line).line),
      [12, 51],
    );
    assert.deepEqual((await coffee()).slice(0, 2), ["stores.s0", "stores.s2"]);
  });
  await check("again it changes nothing", async () => {
    assert.match(
      (await readme.shell(command)).out,
      / 0 stored, 0 updated, 48 unchanged, 2 skipped/,
    );
  });
  await check("README: npm run collections", async () => {
    const { out } = await readme.run("npm run collections");
    assert.match(out, /^stores: stores, 48 places \(not stated/m);
  });

  const [put] = readme.blocks("curl -X PUT ");
  await check(`README: ${put}`, async () => {
    const { code, out } = await readme.shell(put!);
    assert.match(out, /"created":true/);
    assert.equal(code, 0);
    assert.deepEqual(await shops("Albatross"), [
      { id: "stores.albatross", name: "Albatross Café" },
    ]);
  });
  await check("README: DELETE", async () => {
    const { out } = await readme.shell(
      put!.replace("PUT", "DELETE").replace(/ \\\n +-d[\s\S]*/, ""),
    );
    assert.match(out, /"rowsWritten":/);
    assert.deepEqual(await shops("Albatross"), []);
  });

  await check("README: npm run collections delete", async () => {
    const { code } = await readme.run("npm run collections", "-- delete stores --yes");
    assert.equal(code, 0);
    assert.deepEqual(await coffee(), []);
    assert.doesNotMatch((await readme.run("npm run collections")).out, /^stores:/m);
  });
}
