import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ImportCommand } from "../../support/import-command.ts";
import { startScript } from "../../support/run-script.ts";

const command = new ImportCommand();

beforeEach(() => command.open());
afterEach(() => command.close());

const file = (name: string, content: string | Uint8Array) => command.file(name, content);
const target = () => command.target();
const run = (...args: string[]) => command.run("import.ts", ...args);
const importing = (...args: string[]) => command.importing(...args);

const STORES =
  "Store,Lat,Lng,Type\nA,48.5,2.5,Coffee Shop\nB,48.6,2.6,amenity/bar\nC,91,2.5,x\n,1,2,x\n";
/** So many that they make several parts. */
const MANY = `id,name,lat,lon\n${Array.from({ length: 23_000 }, (_, k) => `${k},N${k},${1 + k / 1_000},2\n`).join("")}`;

describe("an import", () => {
  it("shows what it understood, stores what is good, and tells what is not", async () => {
    const { code, out } = await importing(file("stores.csv", STORES));
    expect(out).toContain("stores.csv: CSV");
    expect(out).toMatch(/latitude +Lat\n/);
    expect(out).toContain("4 rows read, 2 stored, 0 updated, 0 unchanged, 2 skipped, 0 removed");
    expect(out).toContain("1 × it has the latitude 91: at most 90 is possible");
    expect(code).toBe(2);
    expect(command.server.recordsOf("stores")).toMatchObject([
      { name: "A", latitude: 48.5, longitude: 2.5, category: "amenity/cafe" },
      { name: "B", category: "amenity/bar" },
    ]);
    const rejects = readFileSync(join(command.folder, "stores.rejects.ndjson"), "utf8")
      .trim()
      .split("\n");
    expect(rejects.map((line) => JSON.parse(line))).toEqual([
      { file: "stores.csv", line: 4, reason: "has the latitude 91: at most 90 is possible" },
      { file: "stores.csv", line: 5, reason: "has no name" },
    ]);
    expect(command.server.labels.get("stores")).toMatchObject({
      title: "stores",
      license: "not stated",
    });
  });

  it("is all good with 0, and takes the rejects of before away", async () => {
    file("stores.rejects.ndjson", "{}\n");
    const good = file("good.csv", "name,lat,lon\nA,1,2\n");
    const label = ["--title", "My stores", "--license", "CC0", "--as-of", "2026-01"];
    expect((await importing(good, ...label)).code).toBe(0);
    expect(existsSync(join(command.folder, "stores.rejects.ndjson"))).toBe(false);
    expect(command.server.labels.get("stores")).toMatchObject({
      title: "My stores",
      license: "CC0",
      asOf: "2026-01",
    });
    // Again, without saying it again.
    await importing(good);
    expect(command.server.labels.get("stores")).toMatchObject({
      title: "My stores",
      license: "CC0",
    });
  });

  it("takes several files, merges them or replaces all, and never replaces all by nothing", async () => {
    const one = file("one.csv", "id,name,lat,lon\n1,A,1,2\n2,B,1,3\n");
    const two = file("two.ndjson.gz", gzipSync('{"id":"3","name":"C","lat":1,"lon":4}\n'));
    await importing(one, two);
    expect(command.server.recordsOf("stores").map(({ name }) => name)).toEqual(["A", "B", "C"]);
    const changed = file("one.csv", "id,name,lat,lon\n2,B2,1,3\n");
    await importing(changed);
    expect(command.server.recordsOf("stores").map(({ name }) => name)).toEqual(["A", "B2", "C"]);
    expect((await importing(changed, "--replace")).out).toContain("2 removed");
    expect(command.server.recordsOf("stores").map(({ name }) => name)).toEqual(["B2"]);
    const none = await importing(file("bad.csv", "id,name,lat,lon\n2,B2,100,300\n"), "--replace");
    expect(none.code).toBe(1);
    expect(none.err).toContain("nothing is changed");
    expect(command.server.recordsOf("stores")).toHaveLength(1);
  });

  it("follows --map, --category and --attribute", async () => {
    const text = "a;b;c;d;stars\n48,5;2,5;Chez;Nous;4,5\n";
    const map = ["--map", "lat=a,lon=b", "--map", "name=c+d,id=c"];
    const rest = ["--category", "coffee shop", "--attribute", "stars:number"];
    expect((await importing(file("x.csv", text), ...map, ...rest)).code).toBe(0);
    expect(command.server.recordsOf("stores")).toEqual([
      {
        ...{ sourceId: "Chez", name: "Chez Nous", category: "amenity/cafe" },
        ...{ latitude: 48.5, longitude: 2.5, attributes: { stars: 4.5 } },
      },
    ]);
    expect(command.server.labels.get("stores")).toMatchObject({
      attributes: { stars: { type: "number" } },
    });
    // The collection knows its attributes from then on.
    await importing(file("y.csv", text.replace("4,5\n", "3\n")), ...map);
    expect(command.server.recordsOf("stores")).toMatchObject([{ attributes: { stars: 3 } }]);
  });

  it("stores nothing in a dry run, and counts every problem", async () => {
    const { code, out } = await run(
      file("stores.csv", STORES),
      "--collection",
      "stores",
      "--dry-run",
    );
    expect(out).toContain("Dry run, nothing stored: 4 rows, 2 places.");
    expect(out).toContain("1 × it has no name");
    expect(code).toBe(2);
    expect(command.server.requests).toEqual([]);
    expect(existsSync(join(command.folder, "stores.rejects.ndjson"))).toBe(false);
  });

  it("tells the line of what the server refuses", async () => {
    const { code, out } = await importing(
      file("s.csv", "name,lat,lon\nA,1,2\n\nRefuse me,1,3\nB,1,4\n"),
    );
    expect(code).toBe(2);
    expect(out).toContain("2 stored, 0 updated, 0 unchanged, 1 skipped");
    expect(readFileSync(join(command.folder, "stores.rejects.ndjson"), "utf8")).toContain(
      '"line":4',
    );
  });

  it("teaches the words to a server that has none", async () => {
    command.server.lexicon = null;
    await importing(file("good.csv", "name,lat,lon\nA,1,2\n"));
    expect(command.server.lexicon).toBe("tagging schema");
    expect(command.server.requests.filter((line) => line.startsWith("PUT /lexicon"))).toHaveLength(
      1,
    );
    // Names of countries and regions are not its business, and somebody else may be bringing words at the same time.
    expect(command.server.words).toMatchObject({ ifNone: true });
    expect(command.server.words).not.toHaveProperty("regions");
  });
});

describe("an import that is disturbed", () => {
  it("goes on through failures that pass", async () => {
    command.server.fail = (line, count) =>
      line.includes("/parts/") && count % 3 === 0 ? 503 : undefined;
    const { code } = await importing(file("many.csv", MANY));
    expect(code).toBe(0);
    expect(command.server.recordsOf("stores")).toHaveLength(23_000);
  });

  it("stops at those that do not, and goes on where it stopped", async () => {
    const many = file("many.csv", MANY);
    command.server.fail = (line) => (line.endsWith("/parts/3") ? 400 : undefined);
    const failed = await importing(many);
    expect(failed.code).toBe(1);
    expect(failed.err).toContain("A failure on demand.");
    expect(command.server.recordsOf("stores")).toEqual([]);

    command.server.fail = () => undefined;
    const before = command.server.requests.length;
    const other = await importing(many, "--category", "amenity/bar");
    expect(other.code).toBe(1);
    expect(other.err).toContain("npm run collections -- abort stores");

    const again = await importing(many);
    expect(again.code).toBe(0);
    const sent = command.server.requests.slice(before).filter((line) => line.includes("/parts/"));
    // The last part may have been under way when the other one failed.
    expect(["3", "3,4"]).toContain(
      sent
        .map((line) => line.at(-1))
        .sort()
        .join(),
    );
    expect(again.out).toMatch(/1[58],000 sent by an earlier run/);
    expect(command.server.recordsOf("stores")).toHaveLength(23_000);
  });

  it("ends where a Parquet file is left half read", async () => {
    const numbers = Array.from({ length: 30_000 }, (_, k) => k);
    const columnData = [
      { name: "name", data: numbers.map((k) => `N${k}`), type: "STRING" as const },
      { name: "lat", data: numbers.map((k) => 1 + k / 1_000), type: "DOUBLE" as const },
      { name: "lon", data: numbers.map((k) => 1 + k / 1_000), type: "DOUBLE" as const },
    ];
    const places = file("p.parquet", new Uint8Array(parquetWriteBuffer({ columnData })));
    command.server.fail = (line) => (line.endsWith("/imports") ? 400 : undefined);
    expect((await importing(places)).err).toContain("A failure on demand.");
    command.server.fail = (line) => (line.endsWith("/parts/1") ? 400 : undefined);
    expect((await importing(places)).err).toContain("A failure on demand.");
    command.server.fail = () => undefined;
    expect((await importing(places)).code).toBe(0);
    expect(command.server.recordsOf("stores")).toHaveLength(30_000);
  });

  it("can be stopped, and goes on", async () => {
    const many = file("many.csv", MANY);
    const args = [many, "--collection", "stores", ...target()];
    const running = startScript("import.ts", args, command.folder);
    command.server.onPart = (parts) => parts === 1 && running.stop();
    const stopped = await running.ended;
    expect(stopped.code).toBe(1);
    expect(stopped.err).toContain("the same command goes on where this one stopped");
    command.server.onPart = () => {};
    expect((await importing(many)).code).toBe(0);
    expect(command.server.imports).toHaveLength(1);
    expect(command.server.recordsOf("stores")).toHaveLength(23_000);
  });

  it("shows nothing of a file that changes meanwhile", async () => {
    const many = file("many.csv", MANY);
    command.server.onPart = () => file("many.csv", MANY.replaceAll("N", "M"));
    const { code, err } = await importing(many);
    expect(code).toBe(1);
    expect(err).toContain("npm run collections -- abort stores");
    expect(command.server.recordsOf("stores")).toEqual([]);
  });

  it("spreads over days by what the server says it has written", async () => {
    const many = file("many.csv", MANY);
    const first = await importing(many, "--max-rows-per-day", "60000");
    expect(first.code).toBe(1);
    expect(first.err).toContain("the same command goes on tomorrow");
    const ledger = join(command.folder, ".wrangler/rows-written.json");
    const spent = JSON.parse(readFileSync(ledger, "utf8"))[command.url];
    expect(spent.rows).toBeGreaterThan(0);
    expect(spent.rows).toBeLessThanOrEqual(60_000);
    // The same day: no part more.
    const parts = command.server.imports[0]!.parts.size;
    expect((await importing(many, "--max-rows-per-day", "60000")).code).toBe(1);
    expect(command.server.imports[0]!.parts.size).toBe(parts);
    writeFileSync(ledger, JSON.stringify({ [command.url]: { ...spent, day: "2026-01-01" } }));
    expect((await importing(many, "--max-rows-per-day", "60000")).code).toBe(0);
    expect(command.server.recordsOf("stores")).toHaveLength(23_000);
  });
});

describe("a command that is wrong", () => {
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

  it("says what token is missing or wrong", async () => {
    const good = file("good.csv", "name,lat,lon\nA,1,2\n");
    const args = [good, "--collection", "x", "--to", command.url];
    expect((await run(...args)).err).toContain("npx wrangler secret put ADMIN_TOKEN");
    expect((await run(...args, "--token", "wrong")).err).toContain("missing or wrong");
  });
});
