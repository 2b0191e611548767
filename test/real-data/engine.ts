import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { dirname, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { unstable_startWorker } from "wrangler";
import { fillD1, migrations, openD1 } from "../support/d1-file.ts";
import { loadPlaces } from "../support/load-places.ts";
import { MeteredDatabase } from "../support/metered-database.ts";
import type { RealSet } from "./set.ts";
import type { Engine } from "./worker.ts";

const ROOT = join(import.meta.dirname, "../..");
const FOLDER = join(ROOT, ".wrangler/tests");
const CONFIG = join(import.meta.dirname, "wrangler.toml");

/**
 * The engine on a set, in workerd; to be closed. Its stores are only read.
 *
 * @param stored the folder of stores that have the set, if there is one
 */
export async function openEngine(
  name: string,
  set: RealSet,
  stored?: string,
): Promise<Engine & { close(): Promise<void> }> {
  const worker = await unstable_startWorker({
    config: CONFIG,
    dev: {
      persist: stored ?? (await storesOf(name, set)),
      server: { port: 0 },
      inspector: false,
      watch: false,
      logLevel: "none",
    },
  });
  const url = await worker.url;
  const call =
    (name: keyof Engine) =>
    async (...given: unknown[]) => {
      // A connection for each: a kept one is closed while this process looks at every place.
      const asking = request(new URL(name, url).href, { method: "POST", agent: false });
      asking.end(JSON.stringify(given));
      const [response] = (await once(asking, "response")) as [IncomingMessage];
      const body = await text(response);
      if (response.statusCode !== 200) throw new Error(body);
      return JSON.parse(body) as never;
    };
  return {
    nearby: call("nearby"),
    names: call("names"),
    lookUp: call("lookUp"),
    answer: call("answer"),
    locate: call("locate"),
    cost: call("cost"),
    close: () => worker.dispose(),
  };
}

/** The folder of the stores that have a set; made on first use, and anew when something changes that shapes them. */
async function storesOf(name: string, set: RealSet): Promise<string> {
  const kept = join(FOLDER, `${name}-${shapeOf(set)}`);
  if (existsSync(kept)) return kept;
  for (const old of globSync(`${name}-*`, { cwd: FOLDER })) {
    rmSync(join(FOLDER, old), { recursive: true });
  }
  const making = join(FOLDER, `${name}-making`);
  // Where `wrangler dev` looks in a folder that it is given.
  const files = join(making, "v3");
  mkdirSync(files, { recursive: true });
  const objects: Parameters<R2Bucket["put"]>[] = [];
  await fillD1(
    files,
    async (run) => {
      const database = new MeteredDatabase(run);
      const stores = { database: database.d1, bucket: writingInto(objects) };
      await loadPlaces(stores, { ...set, fingerprint: name }, () => {
        database.runs = [];
      });
    },
    CONFIG,
  );
  const { bucket, close } = await openD1(files, CONFIG);
  for (const [key, value] of objects) await bucket.put(key, value);
  await close();
  renameSync(making, kept);
  return kept;
}

/** A bucket that is written only: a first import has nothing to read there. */
function writingInto(objects: Parameters<R2Bucket["put"]>[]): R2Bucket {
  return {
    async put(...object: Parameters<R2Bucket["put"]>) {
      objects.push(object);
      return {};
    },
    get: async () => null,
    head: async () => null,
    delete: async () => {},
    list: async () => ({ objects: [], truncated: false }),
  } as unknown as R2Bucket;
}

/** A digest of all that the rows and the records are made of. */
function shapeOf(set: RealSet): string {
  const hash = createHash("sha256");
  for (const part of migrations()) hash.update(part);
  for (const part of sourcesOf(join(ROOT, "test/support/load-places.ts"))) hash.update(part);
  hash.update(JSON.stringify([set.categories, set.regions]));
  for (const { collection, records } of set.collections) {
    hash.update(JSON.stringify(collection));
    for (const record of records) hash.update(JSON.stringify(record));
  }
  return hash.digest("hex").slice(0, 16);
}

/** The text of a source file and of all of ours that it imports. */
function sourcesOf(path: string, known = new Map<string, string>()): Iterable<string> {
  const source = readFileSync(path, "utf8");
  known.set(path, source);
  for (const [, specifier] of source.matchAll(/\bfrom "(\.[^"]+)"/g)) {
    const imported = resolve(dirname(path), specifier!);
    if (!known.has(imported)) sourcesOf(imported, known);
  }
  return known.values();
}
