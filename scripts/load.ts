import { parseArgs } from "node:util";
import { Listr } from "listr2";
import { type Load, loadPlaces, outdated } from "../src/collections/load.ts";
import { categoriesFor, collections, fingerprint, readDataset } from "./dataset/dataset.ts";
import { regions } from "./dataset/regions.ts";
import { openLocalStores, openRemoteStores } from "./stores.ts";
import { wrangler } from "./wrangler.ts";

interface LoadOptions {
  /** Into the deployed Worker's stores, not this machine's. */
  readonly remote: boolean;
  /** Even if the data is there. */
  readonly again: boolean;
}

/** Makes the tables and fills them with the default data, showing how far it is. */
export async function load({ remote, again }: LoadOptions): Promise<void> {
  const tasks = new Listr([
    {
      title: "Prepare the database",
      task: async () => {
        await wrangler("d1", "migrations", "apply", "PLACES_DB", remote ? "--remote" : "--local");
      },
    },
    {
      title: "Load the default data",
      task: async (_, task) => {
        const open = remote ? openRemoteStores : openLocalStores;
        const stores = await open();
        const names = collections.map(({ id }) => id);
        const missing = again ? names : await outdated(stores.database, names, fingerprint());
        await stores.close();
        if (missing.length === 0) {
          task.skip("The default data is there");
          return;
        }
        task.output = "reading the source packages";
        const startedAt = performance.now();
        const data = readAll(missing);
        // Opened anew: the connection does not outlive the seconds of reading.
        const { database, bucket, close } = await open();
        const storingSince = performance.now();
        const shown = new Set<number>();
        let places = 0;
        await loadPlaces({ database, bucket }, data, (stored, total) => {
          places = total;
          const tenth = Math.floor((10 * stored) / total);
          if (!process.stdout.isTTY && shown.has(tenth)) return;
          shown.add(tenth);
          task.output = progress(stored, total, performance.now() - storingSince);
        });
        await close();
        const seconds = (performance.now() - startedAt) / 1_000;
        task.title = `Loaded ${grouped(places)} places in ${seconds.toFixed(0)} s`;
      },
    },
  ]);
  await tasks.run();
}

function readAll(names: readonly string[]): Load {
  const all = readDataset().map(({ collection, records }) => {
    return { collection, records: [...records] };
  });
  const categories = categoriesFor(all.flatMap(({ records }) => records));
  const wanted = all.filter(({ collection }) => names.includes(collection.id));
  return { collections: wanted, categories, regions: regions(), fingerprint: fingerprint() };
}

const BAR_WIDTH = 30;

function progress(stored: number, total: number, elapsedMs: number): string {
  const filled = Math.round((BAR_WIDTH * stored) / total);
  const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
  const secondsLeft = (elapsedMs * (total - stored)) / stored / 1_000;
  return `${bar} ${grouped(stored)} of ${grouped(total)} places, ${secondsLeft.toFixed(0)} s left`;
}

function grouped(count: number): string {
  return count.toLocaleString("en");
}

if (import.meta.main) {
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({ options: { remote: flag, again: flag } });
  await load(values);
}
