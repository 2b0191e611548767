import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { Listr } from "listr2";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AdminApi } from "../../scripts/api/admin-api.ts";
import { basemapFile } from "../../scripts/basemap/basemap-file.ts";
import { recipe } from "../../scripts/basemap/recipe.ts";
import { collectionsCommand } from "../../scripts/collections.ts";
import { exportCommand } from "../../scripts/export.ts";
import { grantsCommand } from "../../scripts/grants.ts";
import { importCommand } from "../../scripts/import.ts";
import { invitesCommand } from "../../scripts/invites.ts";
import { keysCommand } from "../../scripts/keys.ts";
import { basemapTask } from "../../scripts/load/basemap-task.ts";
import { rebuildCommand } from "../../scripts/rebuild.ts";
import { Collections, type InboxReport } from "../../src/imports/contract.ts";
import { archiveOf } from "../support/basemap.ts";
import { CommandLine } from "../support/command-line.ts";
import type { Fault } from "../support/faulty-proxy.ts";
import { LocalWorker, TOKEN } from "../support/local-worker.ts";
import { OAuthProgram } from "../support/oauth-program.ts";
import { startScript } from "../support/run-script.ts";
import { zip } from "../support/zip.ts";

// Behind the commands, which tell the smallest budget by what is a part otherwise.
import "../support/small-parts.ts";

let worker: LocalWorker;
let shell: CommandLine;
/** Each test has a collection of its own. */
let collection: string;
let tests = 0;

beforeAll(async () => {
  worker = await LocalWorker.start();
});
afterAll(() => worker.close());
beforeEach(async () => {
  collection = `stores${++tests}`;
  shell = new CommandLine(worker);
  await shell.open();
});
afterEach(() => shell.close());

const file = (name: string, content: string | Uint8Array) => shell.file(name, content);
const run = (...args: string[]) => shell.run(importCommand, ...args);
const importing = (...args: string[]) =>
  run(...args, "--collection", collection, ...shell.target, "--yes");
const collections = (...args: string[]) => shell.run(collectionsCommand, ...args, ...shell.target);
const keys = (...args: string[]) => shell.run(keysCommand, ...args, ...shell.target);
const invites = (...args: string[]) => shell.run(invitesCommand, ...args, ...shell.target);
const grants = (...args: string[]) => shell.run(grantsCommand, ...args, ...shell.target);
const stored = () => worker.places(collection);
const place = (id: string) => worker.place(`${collection}.${id}`);
const rejectsFile = () => join(shell.folder, `${collection}.rejects.ndjson`);
const rejects = () =>
  readFileSync(rejectsFile(), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const parts = () => shell.way.requests.filter((line) => line.includes("/parts/"));

/** The same for a command in a process of its own. */
const SMALL_PARTS = ["--import", join(import.meta.dirname, "../support/small-parts.ts")];
const ROOT = join(import.meta.dirname, "../..");
const STORES =
  "Id,Store,Lat,Lng,Type\na,A,48.5,2.5,Coffee Shop\nb,B,48.6,2.6,amenity/bar\nc,C,91,2.5,x\nd,,1,2,x\n";
const GOOD = "id,name,lat,lon\na,A,1,2\n";
const table = (rows: number) =>
  `id,name,lat,lon\n${Array.from({ length: rows }, (_, k) => `${k},N${k},${1 + k / 1_000},2\n`).join("")}`;
/** So many that they make three parts. */
const MANY_PLACES = 1_200;
const MANY = table(MANY_PLACES);

it("has no collection at first", async () => {
  expect((await collections()).out).toContain("There is no collection yet.");
});

it("teaches the words to a server that has none, once", async () => {
  expect((await worker.admin("/lexicon")).body).toEqual({ fingerprint: null });
  const sent: object[] = [];
  shell.way.change = (text) => {
    if (text.startsWith('{"categories"')) sent.push(JSON.parse(text));
    return text;
  };
  await importing(file("good.csv", GOOD));
  await importing(file("good.csv", GOOD));
  expect((await worker.admin("/lexicon")).body).toEqual({ fingerprint: "tagging schema" });
  expect(shell.way.requests.filter((line) => line === "PUT /admin/lexicon")).toHaveLength(1);
  // Somebody else may bring words at the same time, and what regions are called is not the command's business.
  expect(sent).toMatchObject([{ ifNone: true }]);
  expect(sent[0]).not.toHaveProperty("regions");
});

// Before there are many collections: the more there are, the longer it takes.
describe("npm run rebuild", () => {
  const rebuild = (...args: string[]) => shell.run(rebuildCommand, ...args, ...shell.target);

  it("makes the index of all collections anew, and asks before", async () => {
    await importing(file("many.csv", MANY));
    await run(
      file("good.csv", GOOD),
      "--collection",
      `${collection}more`,
      ...shell.target,
      "--yes",
    );
    const before = (await collections("list")).out;
    const unsure = await rebuild();
    expect([unsure.code, unsure.err]).toEqual([1, expect.stringContaining("--yes")]);
    const { code, out } = await rebuild("--yes");
    expect(code).toBe(0);
    expect(out).toMatch(/completed, 100 %\n$/);
    expect((await collections("list")).out).toBe(before);
    expect(await place("1199")).toMatchObject({ name: "N1199" });
  });
});

describe("an import", () => {
  it("shows what it understood, stores what is good, and tells what is not", async () => {
    const { code, out } = await importing(file("stores.csv", STORES));
    expect(out).toContain("stores.csv: CSV");
    expect(out).toMatch(/latitude +Lat\n/);
    expect(out).toContain("4 rows read, 2 stored, 0 updated, 0 unchanged, 2 skipped, 0 removed");
    expect(out).toContain("1 × it has the latitude 91: at most 90 is possible");
    expect(code).toBe(2);
    expect(await stored()).toBe(2);
    expect(await place("a")).toMatchObject({
      ...{ name: "A", category: "amenity/cafe", latitude: 48.5, longitude: 2.5 },
    });
    expect(await place("b")).toMatchObject({ name: "B", category: "amenity/bar" });
    const high = "has the latitude 91: at most 90 is possible";
    const [c, d] = [
      { Id: "c", Store: "C", Lat: "91", Lng: "2.5", Type: "x" },
      { Id: "d", Lat: "1", Lng: "2", Type: "x" },
    ];
    expect(rejects()).toEqual([
      { file: "stores.csv", line: 4, reason: high, row: c },
      { file: "stores.csv", line: 5, reason: "has no name", row: d },
    ]);
    expect(out).toMatch(/1 × Coffee Shop → amenity\/cafe/);
    expect(out).toMatch(/1 × amenity\/bar → amenity\/bar/);
    expect(await worker.collection(collection)).toMatchObject({
      title: collection,
      license: "not stated",
    });
  });

  it("is all good with 0, and takes the rejects of before away", async () => {
    file(`${collection}.rejects.ndjson`, "{}\n");
    const good = file("good.csv", GOOD);
    const named = ["--title", "My stores", "--license", "CC0", "--as-of", "2026-01"];
    expect((await importing(good, ...named)).code).toBe(0);
    expect(existsSync(rejectsFile())).toBe(false);
    const names = { title: "My stores", license: "CC0" };
    expect(await worker.collection(collection)).toMatchObject({ ...names, asOf: "2026-01" });
    // Again, without saying it again.
    await importing(good);
    expect(await worker.collection(collection)).toMatchObject(names);
  });

  it("takes several files, merges them or replaces all, and never replaces all by nothing", async () => {
    const one = file("one.csv", "id,name,lat,lon\n1,A,1,2\n2,B,1,3\n");
    const two = file("two.ndjson.gz", gzipSync('{"id":"3","name":"C","lat":1,"lon":4}\n'));
    await importing(one, two);
    expect([await stored(), await place("3")]).toMatchObject([3, { name: "C" }]);
    const changed = file("one.csv", "id,name,lat,lon\n2,B2,1,3\n");
    expect((await importing(changed)).out).toContain("0 stored, 1 updated");
    expect([await stored(), await place("2")]).toMatchObject([3, { name: "B2" }]);
    expect((await importing(changed, "--replace")).out).toContain(
      "1 unchanged, 0 skipped, 2 removed",
    );
    expect([await stored(), await place("1")]).toEqual([1, undefined]);
    const none = await importing(file("bad.csv", "id,name,lat,lon\n2,B2,100,300\n"), "--replace");
    expect(none.code).toBe(1);
    expect(none.err).toContain("nothing is changed");
    expect(await worker.collection(collection)).toMatchObject({ places: 1 });
    expect(await worker.collection(collection)).not.toHaveProperty("openImport");
  });

  it("takes places out of zips, and asks which file has them", async () => {
    const stops = "stop_id,stop_name,stop_lat,stop_lon\nQ,Quay,48.4,-4.4\n";
    const feed = file("gtfs.zip", zip({ "stops.txt": stops, "trips.txt": "trip_id\n1\n" }));
    const placemark = (name: string) =>
      `<Placemark id="${name}"><name>${name}</name><Point><coordinates>2,48</coordinates></Point></Placemark>`;
    const kml = `<kml>${placemark("K")}\n<Placemark id="L"><name>L</name></Placemark></kml>`;
    const first = await importing(feed, file("map.kmz", zip({ "doc.kml": kml })));
    expect(first.out).toContain("gtfs.zip: CSV, stops.txt in the zip\n");
    expect(first.out).toContain("map.kmz: KML, doc.kml in the zip\n");
    expect([first.code, await stored()]).toEqual([2, 2]);
    expect(await place("Q")).toMatchObject({ name: "Quay", latitude: 48.4, longitude: -4.4 });
    expect(await place("K")).toMatchObject({ name: "K", latitude: 48, longitude: 2 });
    const row = { id: "L", name: "L" };
    expect(rejects()).toEqual([{ file: "map.kmz", line: 2, reason: "has no geometry", row }]);

    const two = file("two.zip", zip({ "a.csv": GOOD, "b.csv": "id,name,lat,lon\nb,B,1,2\n" }));
    const asked = await importing(two);
    expect(asked.code).toBe(1);
    expect(asked.err).toMatch(/two\.zip: Say which .*--in-zip.* a\.csv .* b\.csv /);
    expect((await importing(two, "--in-zip", "b.csv")).code).toBe(0);
    expect([await stored(), await place("b")]).toMatchObject([3, { name: "B" }]);
  });

  it("follows --map, --category and --attribute", async () => {
    const text = "a;b;c;d;stars\n48,5;2,5;Chez;Nous;4,5\n";
    const map = ["--map", "lat=a,lon=b", "--map", "name=c+d,id=c"];
    const rest = ["--category", "coffee shop", "--attribute", "stars:number"];
    expect((await importing(file("x.csv", text), ...map, ...rest)).code).toBe(0);
    expect(await place("Chez")).toMatchObject({
      ...{ name: "Chez Nous", category: "amenity/cafe" },
      ...{ latitude: 48.5, longitude: 2.5, attributes: { stars: 4.5 } },
    });
    const declared = { attributes: { stars: { type: "number" } } };
    expect(await worker.collection(collection)).toMatchObject(declared);
    // The collection knows its attributes from then on.
    await importing(file("y.csv", text.replace("4,5\n", "3\n")), ...map);
    expect(await place("Chez")).toMatchObject({ attributes: { stars: 3 } });
    expect(await worker.collection(collection)).toMatchObject(declared);
  });

  it("stores nothing in a dry run, and counts every problem", async () => {
    const stores = file("stores.csv", STORES);
    const { code, out } = await run(stores, "--collection", collection, "--dry-run");
    expect(out).toContain("Dry run, nothing stored: 4 rows, 2 places.\nNot compared with");
    expect(out).toContain("1 × it has no name");
    expect(code).toBe(2);
    expect(shell.way.requests).toEqual([]);
    expect(existsSync(rejectsFile())).toBe(false);
  });

  it("tells the line of what the server refuses", async () => {
    // What the command takes for a place, the server does too; so it is spoiled on its way.
    shell.way.change = (text) => text.replace('"Spoil me"', '"\\ufffd"');
    const text = "id,name,lat,lon\na,A,1,2\n\ns,Spoil me,1,3\nb,B,1,4\n";
    const { code, out } = await importing(file("s.csv", text));
    expect(code).toBe(2);
    expect(out).toContain("3 rows read, 2 stored, 0 updated, 0 unchanged, 1 skipped");
    expect(rejects()).toEqual([
      {
        ...{ file: "s.csv", line: 4, reason: expect.stringMatching(/^is refused: name: /) },
        row: expect.objectContaining({ sourceId: "s", name: "Spoil me" }),
      },
    ]);
  });
});

describe("the ids of an import", () => {
  const shop = (k: number, id: number | string) => `${id},Shop ${k},${1 + k / 10_000},2\n`;
  const table = (rows: number, id: (k: number) => number | string) =>
    `store_id,name,lat,lon\n${Array.from({ length: rows }, (_, k) => shop(k, id(k))).join("")}`;

  it("are none where they come again for other places", async () => {
    const twice = file(
      "twice.csv",
      table(2_600, (k) => 1 + (k % 1_300)),
    );
    const tried = await run(twice, "--collection", collection, "--dry-run", ...shell.target);
    expect(tried.out).toContain(
      `2,600 places.\n"${collection}" would be a new collection on ${shell.url}.`,
    );
    const { out, code } = await importing(twice);
    expect(out).toMatch(/id +none \(in 1,300 of 2,600 rows what looked like one comes again\)/);
    expect(out).toContain("2,600 rows read, 2,600 stored, 0 updated");
    expect([code, await stored()]).toEqual([0, 2_600]);
    // Said by the person, it is one: what comes again is told, and overwrites nothing.
    const said = await importing(twice, "--map", "id=store_id", "--replace");
    expect(said.out).toContain("1,300 stored, 0 updated, 0 unchanged, 1,300 skipped");
    expect(said.out).toContain("1,300 × it has the id of an earlier row, but says something else");
    expect(rejects()[0]).toMatchObject({ line: 1_302, row: { store_id: "1" } });
    expect(await place("1")).toMatchObject({ name: "Shop 0" });
    expect([said.code, await stored()]).toEqual([2, 1_300]);
  });

  it("that come again here and there are told, in a dry run, an import and one that goes on", async () => {
    const ids = (k: number) => (k === 1_900 ? "s3" : `s${k}`);
    const text = table(2_000, ids);
    const many = file("many.csv", text + text.split("\n")[5]);
    const told = "1 × it has the id of an earlier row, but says something else";
    const same = "1 × the same row once more: stored once";
    const tried = await run(many, "--collection", collection, "--dry-run", ...shell.target);
    for (const words of ["2,001 rows, 1,999 places.", told, same]) {
      expect(tried.out).toContain(words);
    }
    shell.way.fault = (line) => (line.endsWith("/parts/1") ? 400 : undefined);
    expect((await importing(many)).code).toBe(1);
    shell.way.fault = () => undefined;
    const { out } = await importing(many);
    expect(out).toContain("2,001 rows read, 1,999 stored, 0 updated, 0 unchanged, 1 skipped");
    for (const words of [told, same, "500 sent by an earlier run"]) expect(out).toContain(words);
    expect(await place("s3")).toMatchObject({ name: "Shop 3" });
  });

  it("are names and points where there are none, whatever kind they are of", async () => {
    const plain = file("ikea.csv", "title,lat,lon\nOne,1,2\nTwo,1,3\nTwo,1,3\nOne,1,4\n");
    expect((await importing(plain)).out).toContain("3 stored");
    const again = await importing(plain, "--category", "furniture store");
    expect(again.out).toContain("0 stored, 3 updated");
    expect(await stored()).toBe(3);
    const halls = file("halls.csv", "title,lat,lon,hall\nOne,1,2,A\nOne,1,2,B\n");
    const { out, code } = await importing(halls);
    expect(out).toContain(
      "1 × it has the name and the point of an earlier row, but says something else, and has no id",
    );
    expect(code).toBe(2);
  });
});

describe("an import that replaces", () => {
  const table = (rows: number, bad = 0) =>
    `id,name,lat,lon\n${Array.from({ length: rows }, (_, k) => `p${k},P${k},${k >= rows - bad ? "n/a" : 1 + k / 1_000},2\n`).join("")}`;
  /** With nobody to ask, and without --yes. */
  const replacing = (...args: string[]) =>
    run(...args, "--collection", collection, ...shell.target, "--replace");

  it("keeps the places whose rows cannot be read", async () => {
    await importing(file("a.csv", table(50)));
    const { out, code } = await replacing(file("a.csv", table(50, 24)));
    expect(out).toContain(
      "50 rows read, 0 stored, 0 updated, 26 unchanged, 24 skipped, 0 removed, 24 kept as they were",
    );
    expect([code, await stored()]).toEqual([2, 50]);
    // The rows are there to be mended.
    const mended = readFileSync(rejectsFile(), "utf8").replaceAll("n/a", "7.5");
    const after = await importing(file(`${collection}.rejects.ndjson`, mended));
    expect(after.out).toContain("24 rows read, 0 stored, 24 updated, 0 unchanged, 0 skipped");
    expect(await place("p49")).toMatchObject({ name: "P49", latitude: 7.5 });
    expect(existsSync(rejectsFile())).toBe(false);
  });

  it("shows what would go, and wants a yes for more than a tenth", async () => {
    await importing(file("a.csv", table(50)));
    const cut = file("a.csv", `${table(40).replace("P7,", "New,")}new,N,1,5\n`);
    const counted =
      /Compared with the 50 places .*: 1 new, 1 changed, 39 the same, 10 removed\. More/;
    expect((await replacing(cut, "--dry-run")).out).toMatch(counted);
    const refused = await replacing(cut);
    expect(refused.out).toContain(
      "10 of the 50 places are not in the files any more: P40 (p40), P41 (p41)",
    );
    expect(refused.err).toContain("Nothing is changed. More than a tenth");
    expect([refused.code, await stored()]).toEqual([1, 50]);
    // Nothing is left under way.
    expect(await worker.collection(collection)).not.toHaveProperty("openImport");
    expect((await replacing(cut, "--yes")).out).toContain("1 stored, 1 updated, 39 unchanged");
    expect(await stored()).toBe(41);
    // A tenth and less goes without asking.
    expect((await replacing(file("a.csv", table(40)))).out).toContain("1 removed");
  });

  it("tells what was removed though it was stopped in between", async () => {
    await importing(file("a.csv", table(50)));
    const cut = file("a.csv", table(30));
    let finishes = 0;
    shell.way.fault = (line) => (line.endsWith("/finish") && ++finishes > 2 ? 400 : undefined);
    expect((await importing(cut, "--replace")).code).toBe(1);
    shell.way.fault = () => undefined;
    const { out } = await importing(cut, "--replace");
    expect(out).toContain("0 stored, 0 updated, 30 unchanged, 0 skipped, 20 removed");
    expect(await stored()).toBe(30);
  });
});

describe("an export", () => {
  it("comes back as it was", async () => {
    const full = {
      ...{ sourceId: "ä/b c", name: 'Zum "Bären"; Café', otherNames: ["One; two", "Drei"] },
      ...{ category: "own/kind", latitude: -12.345678, longitude: 179.999999, country: "FJ" },
      ...{ region: "R", city: "C", population: 12, timezone: "Pacific/Fiji" },
      ...{ validFrom: 1_700_000_000_123, validTo: 4_000_000_000_000 },
      attributes: { stars: 4.5, open: true, "a.b.0": "=1+1", city: "no city", phone: "+49 30 1" },
    };
    const many = Array.from({ length: 1_100 }, (_, k) => {
      return { sourceId: `k${k}`, name: `K${k}`, category: "x", latitude: 1, longitude: k / 100 };
    });
    const lines = [full, ...many].map((one) => JSON.stringify(one)).join("\n");
    await importing(file("own.ndjson", lines), "--attribute", "stars:number", "--license", "CC0");
    const { out, err, code } = await shell.run(exportCommand, collection, ...shell.target);
    expect(code).toBe(0);
    expect(err).toContain("1,101 places");
    expect(err).toContain("--attribute stars:number");
    expect(JSON.parse(out)).toMatchObject({ type: "FeatureCollection", license: "CC0" });

    const copy = `${collection}copy`;
    const to = ["--collection", copy, ...shell.target, "--yes", "--attribute", "stars:number"];
    expect((await run(file("all.geojson", out), ...to)).out).toContain("1,101 stored");
    const again = await shell.run(exportCommand, copy, ...shell.target);
    expect(JSON.parse(again.out).features).toEqual(JSON.parse(out).features);
    const { sourceId, ...rest } = full;
    expect(await worker.place(`${copy}.${sourceId}`)).toMatchObject({
      ...{ name: rest.name, latitude: rest.latitude, attributes: rest.attributes },
    });
  });

  it("is a file of its own, whatever npm prints into it before", async () => {
    await importing(file("good.csv", GOOD));
    const args = ["run", "--prefix", ROOT, "export", "--", collection, ...shell.target];
    const into = join(shell.folder, "out.geojson");
    const ended = spawn("sh", ["-c", 'npm "$@" > out.geojson', "sh", ...args], {
      cwd: shell.folder,
    });
    expect(await once(ended, "close")).toEqual([0, null]);
    expect(JSON.parse(readFileSync(into, "utf8")).features).toHaveLength(1);
  });

  it("of what is not there says so", async () => {
    expect((await shell.run(exportCommand, "nowhere", ...shell.target)).err).toContain(
      "There is no",
    );
    expect((await shell.run(exportCommand)).err).toContain("npm run export");
  });
});

describe("an import that is disturbed", () => {
  it("goes on through failures that pass", async () => {
    const faults = new Map<string, Fault>([
      ["/imports", 503],
      ["/parts/0", "loses its answer"],
      ["/parts/1", "breaks off"],
      ["/finish", "loses its answer"],
    ]);
    shell.way.fault = (line) => {
      const [end] = [...faults.keys()].filter((end) => line.endsWith(end));
      if (end === undefined) return undefined;
      const fault = faults.get(end);
      faults.delete(end);
      return fault;
    };
    const { code, out } = await importing(file("many.csv", MANY));
    expect(code).toBe(0);
    expect(faults.size).toBe(0);
    expect(out).toContain("1,200 rows read, 1,200 stored, 0 updated, 0 unchanged");
    expect(await stored()).toBe(MANY_PLACES);
  });

  it("stops at those that do not, and goes on where it stopped", async () => {
    const many = file("many.csv", MANY);
    shell.way.fault = (line) => (line.endsWith("/parts/1") ? 400 : undefined);
    const failed = await importing(many);
    expect(failed.code).toBe(1);
    expect(failed.err).toContain("A failure on demand.");
    expect(await stored()).toBe(0);

    shell.way.fault = () => undefined;
    for (const [args, words] of [
      [[many, "--category", "amenity/bar"], "of the same files, with other options"],
      [[many, "--replace"], "of the same files, without --replace"],
      [[file("good.csv", GOOD)], "It is not of these files."],
    ] as const) {
      const other = await importing(...args);
      expect(other.code).toBe(1);
      expect(other.err).toContain(words);
      expect(other.err).toContain(`npm run collections -- abort ${collection}`);
    }

    shell.way.requests.length = 0;
    const again = await importing(many);
    expect(again.code).toBe(0);
    expect(parts().map((line) => line.at(-1))).toEqual(["1", "2"]);
    expect(again.out).toContain("500 sent by an earlier run");
    expect(await stored()).toBe(MANY_PLACES);
  });

  it("ends where a Parquet file is left half read", async () => {
    const numbers = Array.from({ length: 4_000 }, (_, k) => k);
    const columnData = [
      { name: "name", data: numbers.map((k) => `N${k}`), type: "STRING" as const },
      { name: "lat", data: numbers.map((k) => 1 + k / 1_000), type: "DOUBLE" as const },
      { name: "lon", data: numbers.map((k) => 1 + k / 1_000), type: "DOUBLE" as const },
    ];
    const places = file(
      "p.parquet",
      new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 500 })),
    );
    const args = [places, "--collection", collection, ...shell.target, "--yes"];
    for (const end of ["/imports", "/parts/1"]) {
      shell.way.fault = (line) => (line.endsWith(end) ? 400 : undefined);
      // In a process of its own, which a reader that is still open would keep from ending.
      const { code, err } = await startScript("import.ts", args, shell.folder, SMALL_PARTS).ended;
      expect([code, err]).toEqual([1, expect.stringContaining("A failure on demand.")]);
    }
    shell.way.fault = () => undefined;
    expect((await importing(places)).code).toBe(0);
    expect(await stored()).toBe(4_000);
  });

  it.each(["SIGINT", "SIGKILL"] as const)("can be stopped by %s, and goes on", async (signal) => {
    const many = file("many.csv", MANY);
    const args = [many, "--collection", collection, ...shell.target, "--yes"];
    const running = startScript("import.ts", args, shell.folder, SMALL_PARTS);
    shell.way.onAnswer = (line) => line.endsWith("/parts/0") && running.stop(signal);
    const stopped = await running.ended;
    expect(stopped.code).toBe(signal === "SIGINT" ? 1 : null);
    if (signal === "SIGINT") {
      expect(stopped.err).toContain("the same command goes on where this one stopped");
    }
    expect(await stored()).toBe(0);
    shell.way.onAnswer = () => {};
    expect(await importing(many)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/(?:500|1,000) sent by an earlier run/),
    });
    expect(await stored()).toBe(MANY_PLACES);
  });

  it("shows nothing of a file that changes meanwhile", async () => {
    const many = file("many.csv", MANY);
    shell.way.onAnswer = (line) => {
      if (line.includes("/parts/")) file("many.csv", MANY.replaceAll("N", "M"));
    };
    const { code, err } = await importing(many);
    expect(code).toBe(1);
    expect(err).toContain(`npm run collections -- abort ${collection}`);
    expect(await stored()).toBe(0);
  });

  it("says that it goes on when the server is there again", async () => {
    const api = new AdminApi(new URL(shell.url), TOKEN, new AbortController().signal, {
      ...{ maxAttempts: 1, initialDelay: 1, maxDelay: 1 },
    });
    const asking = () => api.ask(Collections, { method: "GET", path: "/collections" });
    const command = { usage: "", kept: "The same command goes on.", run: async () => asking() };
    shell.way.fault = () => "breaks off";
    expect((await shell.run(command as never)).err).toMatch(/is it up\?\n$/);
    shell.way.fault = () => undefined;
    await asking();
    shell.way.fault = () => "breaks off";
    const { err } = await shell.run(command as never);
    expect(err).toMatch(/does not answer any more .*\nThe same command goes on\.\n$/);
  });

  it("stops where the server takes no more rows today, and goes on when it does", async () => {
    const good = file("good.csv", GOOD);
    shell.way.fault = (line) =>
      line.includes("/parts/") ? { status: 429, retryAfterSeconds: 3_600 } : undefined;
    const { code, err } = await importing(good);
    expect(code).toBe(1);
    expect(err).toContain(
      "A failure on demand.\nThe import is kept: the same command goes on then.",
    );
    expect(parts()).toHaveLength(1);
    shell.way.fault = () => undefined;
    expect((await importing(good)).code).toBe(0);
    expect(await stored()).toBe(1);
  });

  it("spreads over days by what the server says it has written", async () => {
    const places = 3_000;
    const many = file("many.csv", table(places));
    const budget = ["--max-rows-per-day", "60000"];
    // So much that the rest of the first day has room for a first part, and not for all.
    const day = new Date().toISOString().slice(0, 10);
    const ledger = join(shell.folder, ".wrangler/rows-written.json");
    const spend = (rows: number, on = day) =>
      writeFileSync(ledger, JSON.stringify({ [shell.url]: { day: on, rows } }));
    expect((await importing(file("good.csv", GOOD), ...budget)).code).toBe(0);
    expect(JSON.parse(readFileSync(ledger, "utf8"))[shell.url]).toEqual({
      day,
      rows: expect.any(Number),
    });

    spend(54_000);
    shell.way.requests.length = 0;
    const first = await importing(many, ...budget);
    expect(first.code).toBe(1);
    expect(first.err).toContain("the same command goes on tomorrow");
    const sent = parts().length;
    expect(sent).toBeGreaterThan(0);
    spend(0);
    shell.way.requests.length = 0;
    const second = await importing(many, ...budget);
    expect(second.code).toBe(0);
    expect(parts()).toHaveLength(places / 500 - sent);
    expect(await stored()).toBe(places + 1);
  });
});

describe("npm run collections", () => {
  it("lists, shows, labels and deletes", async () => {
    await importing(file("good.csv", GOOD));
    expect((await collections("list")).out).toContain(
      `${collection}: ${collection}, 1 places (not stated`,
    );
    expect((await collections("label", collection, "--title", "Shops")).out).toMatch(
      /title +Shops/,
    );
    expect((await collections("show", collection)).out).toMatch(/places +1/);
    const unsure = await collections("delete", collection);
    expect(unsure.code).toBe(1);
    expect(unsure.err).toContain("--yes");
    expect((await collections("delete", collection, "--yes")).code).toBe(0);
    expect((await collections("show", collection)).err).toContain(
      `There is no collection "${collection}"`,
    );
  });

  it("shows what became of what was put into the bucket", async () => {
    const report: InboxReport = {
      ...{ object: "inbox/shops/a.csv", state: "finished", startedAt: "2026-11-24T10:00:00Z" },
      ...{ rows: 1_204, counts: { stored: 1_200, updated: 0, unchanged: 3, kept: 0, removed: 0 } },
      ...{ skipped: 1, rejected: [{ line: 7, reason: "has no name" }], notes: {} },
    };
    const reason = "No column looks like a name.";
    const failed = { ...report, object: "inbox/shops/b.csv", state: "failed", reason };
    for (const one of [report, failed]) {
      const key = `${one.object.replace("inbox/", "inbox-reports/")}.json`;
      await worker.bindings.PLACES_BUCKET.put(key, JSON.stringify(one));
    }
    const { out, code } = await collections("show", "shops");
    expect(code).toBe(0);
    expect(out).toContain("inbox/shops/a.csv is finished, begun 2026-11-24T10:00:00Z");
    expect(out).toContain(
      "1,204 rows read, 1,200 stored, 0 updated, 3 unchanged, 0 kept, 0 removed, 1 skipped",
    );
    expect(out).toContain("line 7: it has no name");
    expect(out).toMatch(/b\.csv is failed.*: No column looks like a name\./);
  });

  it("gives up an import that was not finished", async () => {
    const good = file("good.csv", GOOD);
    shell.way.fault = (line) => (line.includes("/parts/") ? 400 : undefined);
    await importing(good);
    shell.way.fault = () => undefined;
    expect((await collections("show", collection)).out).toContain("An import is not finished");
    expect((await collections("abort", collection)).code).toBe(0);
    expect((await collections("abort", collection)).err).toContain(
      `There is no collection "${collection}"`,
    );
    await importing(good);
    expect((await collections("abort", collection)).err).toContain("No import into");
  });

  it.each([[["frobnicate"]], [["show"]], [["list", "x"]], [["label", "x"]], [["--bogus"]]])(
    "explains itself: %j",
    async (args) => {
      const { code, err } = await collections(...args);
      expect(code).toBe(1);
      expect(err).toContain("npm run collections");
    },
  );
});

describe("npm run keys", () => {
  it("makes, lists and revokes", async () => {
    expect((await keys()).out).toContain("There is no key yet.");
    const { code, out } = await keys("add", "nightly", "--scopes", "places:read tasks");
    expect(code).toBe(0);
    const [key] = /^hereabouts_\S+$/m.exec(out) ?? [];
    expect(out).toContain(`\n  Authorization: Bearer ${key}\n`);
    const command = `claude mcp add --transport http hereabouts ${shell.url}/mcp`;
    expect(out).toContain(`${command} --header "Authorization: Bearer ${key}"`);
    const [line] = /^ {2}\{"servers".*/m.exec(out) ?? [];
    expect(JSON.parse(line!).servers.hereabouts).toEqual({
      ...{ type: "http", url: `${shell.url}/mcp`, headers: { Authorization: `Bearer ${key}` } },
    });
    const list = await keys("list");
    expect(list.out).toMatch(/^nightly: places:read tasks, until \d{4}-\d\d-\d\d\n$/);
    expect((await keys("add", "nightly")).err).toContain('There is a key "nightly" already');
    expect((await keys("revoke", "nightly")).out).toContain('"nightly" is revoked');
    const gone = await keys("revoke", "nightly");
    expect([gone.code, gone.err]).toEqual([1, '\nThere is no key "nightly".\n']);
  });

  it.each([
    [["frobnicate"], "npm run keys -- add <name>"],
    [["add"], "npm run keys -- add <name>"],
    [["list", "x"], "npm run keys -- add <name>"],
    [["add", "x", "--uses", "3"], "Unknown option '--uses'"],
    [["add", "x", "--days", "many"], "--days must be a whole number from 1 to 1830."],
    [["add", "x", "--scopes", "all"], "--scopes must be one of places:read"],
    [["add", "x y"], 'The name "x y" must be 1 to 64 letters'],
  ])("explains itself: %j", async (args, words) => {
    const { code, err } = await keys(...args);
    expect(code).toBe(1);
    expect(err).toContain(words);
  });
});

describe("npm run invites", () => {
  it("makes, lists and revokes", async () => {
    expect((await invites()).out).toContain("There is no invitation yet.");
    const { code, out } = await invites("add", "team", "--uses", "3", "--days", "2");
    expect(code).toBe(0);
    expect(out).toMatch(/^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/m);
    expect(out).toContain(`${shell.url}/mcp`);
    expect((await invites("list")).out).toMatch(
      /^team: places:read location tasks models, until \S+, 0 of 3 used\n$/,
    );
    expect((await invites("revoke", "team")).out).toContain('"team" is revoked');
    expect((await invites("revoke", "team")).err).toContain('There is no invitation "team".');
  });

  it("tells its usage", async () => {
    const { code, out } = await invites("--help");
    expect([code, out]).toEqual([0, expect.stringContaining("npm run invites -- add <name>")]);
  });
});

describe("npm run grants", () => {
  /** A program that somebody with the invitation allows to use places and a location. */
  async function allowedProgram(code: string): Promise<() => Promise<number>> {
    const program = new OAuthProgram(fetch, worker.url.origin);
    await program.register({ client_name: "Pocket Guide" });
    const scope = ["places:read", "location"];
    const page = await program.ask({ scope: scope.join(" ") });
    const end = await program.browser.send(page, { scope, code, decision: "allow" });
    const { access_token } = await program.redeem(end);
    return async () => {
      const headers = {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        authorization: `Bearer ${access_token}`,
      };
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
      return (await fetch(`${program.origin}/mcp`, { method: "POST", headers, body })).status;
    };
  }

  it("lists what people have allowed, and ends it", async () => {
    expect((await grants()).out).toBe("Nobody has allowed anything to any program.\n");
    const { out: invitation } = await invites("add", "guests", "--uses", "2");
    const [code] = /^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/m.exec(invitation)!;
    const [first, second] = [await allowedProgram(code), await allowedProgram(code)];
    expect([await first(), await second()]).toEqual([200, 200]);

    const { code: done, out } = await grants("list");
    expect(done).toBe(0);
    const ids = Array.from(out.matchAll(/^(oauth:guests-\d) (\S+)$/gm), ([, ...found]) => found);
    expect(ids.map(([subject]) => subject).sort()).toEqual(["oauth:guests-1", "oauth:guests-2"]);
    const what = `  Pocket Guide, by invitation guests, for ${worker.url.origin}/mcp: places:read location\n`;
    expect(out.split(what)).toHaveLength(3);
    expect(out).toMatch(/^ {2}since \S+, until \S+ unless renewed$/m);

    expect((await grants("revoke", "oauth:guests-1")).out).toMatch(/^1 ended\./);
    const [, id] = ids.find(([subject]) => subject === "oauth:guests-2")!;
    expect((await grants("revoke", "oauth:guests-2", id!)).out).toMatch(/^1 ended\./);
    expect([await first(), await second()]).toEqual([401, 401]);
    const gone = await grants("revoke", "oauth:guests-2", id!);
    expect([gone.code, gone.err]).toEqual([
      1,
      `\nNothing is granted to oauth:guests-2 as ${id}.\n`,
    ]);
    expect((await grants()).out).toContain("Nobody has allowed anything");
  });

  it("takes an id that begins with a dash", async () => {
    const { err } = await grants("revoke", "oauth:guests-9", "-dash_and--more-");
    expect(err).toContain("Nothing is granted to oauth:guests-9 as -dash_and--more-.");
  });

  it.each([[["frobnicate"]], [["revoke"]], [["list", "x"]], [["revoke", "x", "y", "z"]]])(
    "explains itself: %j",
    async (args) => {
      const { code, err } = await grants(...args);
      expect(code).toBe(1);
      expect(err).toContain("npm run grants -- revoke <subject>");
    },
  );
});

describe("an import command that is wrong", () => {
  it.each([
    [["--bogus"], "Unknown option '--bogus'"],
    [["--collection", "x"], "Name the file"],
    [["x.csv"], "--collection stores"],
    [["x.csv", "--collection", "My Stores"], "small letters"],
    [["x.csv", "--collection", "x", "--merge", "--replace"], "Choose one"],
    [["x.csv", "--collection", "x", "--map", "colour=red"], "--map takes what=column"],
    [["x.csv", "--collection", "x", "--attribute", "stars:int"], "--attribute takes name:type"],
    [["x.csv", "--collection", "x", "--to", "nowhere"], "--to needs"],
    [
      ["x.csv", "--collection", "x", "--max-rows-per-day", "-5"],
      "argument missing|ambiguous|whole number",
    ],
    [["x.csv", "--collection", "x", "--max-rows-per-day", "50000"], "number from 60000 on"],
    [["none.csv", "--collection", "x"], "none.csv: There is no such file"],
  ])("says so: %j", async (args, message) => {
    const { code, err } = await run(...args);
    expect(code).toBe(1);
    expect(err).toMatch(new RegExp(message.replaceAll("(", "\\(")));
    expect(err).not.toContain("    at ");
  });

  it("says so to the shell, and tells its usage", async () => {
    const wrong = await startScript("import.ts", ["--bogus"], shell.folder).ended;
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining("npm run import -- ")]);
    const asked = await startScript("import.ts", ["--help"], shell.folder).ended;
    expect([asked.code, asked.out]).toEqual([0, expect.stringContaining("npm run import -- ")]);
  });

  it("says which file cannot be read", async () => {
    for (const [name, reason] of [
      [file("empty.csv", ""), "empty"],
      [file("header.csv", "name,lat,lon\n"), "No row of the files is a place"],
      [".", "name the files in it"],
    ]) {
      const { code, err } = await run(name!, "--collection", "x", "--dry-run");
      expect(err).toContain(reason);
      expect(code).toBe(1);
    }
  });

  it("says what token is missing or wrong, before anything else", async () => {
    const args = [file("good.csv", GOOD), "--collection", collection, "--to", shell.url];
    const missing = await run(...args);
    expect(missing.err).toContain("npx wrangler secret put ADMIN_TOKEN");
    const wrong = await run(...args, "--token", "wrong");
    expect(wrong.err).toContain("missing or wrong");
    expect([missing.out, wrong.out]).toEqual(["", ""]);
    // That of this machine's server.
    file(".dev.vars", `ADMIN_TOKEN=${TOKEN}\n`);
    expect((await run(...args, "--yes")).out).toContain("1 stored");
  });

  it("says that a merge cannot change what is declared", async () => {
    const good = file("good.csv", GOOD);
    await importing(good, "--attribute", "stars:number");
    const { err, code } = await importing(good, "--attribute", "drive:boolean");
    expect(err).toContain("declares other attributes than --attribute says: stars:number.");
    expect(err).not.toContain("abort");
    expect(code).toBe(1);
  });
});

describe("the map", () => {
  const KEY = "basemap.pmtiles";
  const bucket = () => worker.bindings.PLACES_BUCKET;
  const api = () => new AdminApi(new URL(shell.url), TOKEN, new AbortController().signal);
  const archive = (name: string) => archiveOf({ maxZoom: 0, contentOf: () => name });
  const told: string[] = [];

  /** What the step of `npm start` and `npm run load` says of it in the end. */
  async function made(make: () => Promise<Uint8Array<ArrayBuffer>>, again = false) {
    told.length = 0;
    const { signal } = new AbortController();
    const options = { renderer: "silent", registerSignalListeners: false } as const;
    const task = basemapTask(api, {
      again,
      signal,
      make: async (_, onProgress) => {
        onProgress(0.5);
        told.push("made");
        return make();
      },
    });
    const list = new Listr([task], options);
    await list.run();
    const [step] = list.tasks;
    return String(step!.message.skip ?? step!.title);
  }

  it("is made and brought once, and again if that is wanted or its recipe is another", async () => {
    await bucket().delete(KEY);
    expect(await made(() => archive("first"))).toMatch(/^Made the map in \d+ s$/);
    const stored = (await bucket().get(KEY))!;
    expect(stored.customMetadata).toEqual({ recipe: recipe() });
    expect(Buffer.from(await stored.arrayBuffer())).toEqual(await archive("first"));

    expect(await made(() => archive("second"))).toBe("The map is there");
    expect(told).toEqual([]);
    expect(await made(() => archive("second"), true)).toMatch(/^Made the map/);

    await bucket().put(KEY, await archive("old"), { customMetadata: { recipe: "an old one" } });
    expect(await made(() => archive("third"))).toMatch(/^Made the map/);
    expect((await bucket().head(KEY))!.customMetadata).toEqual({ recipe: recipe() });
  });

  it("that is the user's own stays, even where it is to be made again", async () => {
    await bucket().put(KEY, await archive("streets"));
    expect(await made(() => archive("ours"), true)).toBe("The map is yours");
    expect(told).toEqual([]);
  });

  it("that cannot be made or brought is told in a sentence, and all goes on", async () => {
    await bucket().delete(KEY);
    const failing = async () => Promise.reject(new Error("the disk is full"));
    expect(await made(failing)).toBe("There is no map, all else works: the disk is full");
    const nonsense = async () => Uint8Array.from([1, 2, 3]);
    expect(await made(nonsense)).toContain("all else works: The body is no PMTiles archive");
    expect(await bucket().head(KEY)).toBeNull();
    // Where its folder should be, there is a file.
    file(".wrangler", "");
    const before = process.cwd();
    process.chdir(shell.folder);
    const { signal } = new AbortController();
    await expect(basemapFile(signal, () => {})).rejects.toThrow("ENOTDIR");
    process.chdir(before);
  });
});
