import { Listr } from "listr2";
import { isLoaded, type Load, loadPlaces } from "../src/places/load.ts";
import { categoriesOf, readDataset } from "./dataset/dataset.ts";
import { openLocalStores } from "./local-stores.ts";
import { wrangler } from "./wrangler.ts";

/**
 * Loads the default data into the local stores, unless they hold it already; `--again` loads it in
 * any case.
 */
export async function load({ again = false } = {}): Promise<void> {
  const tasks = new Listr<{ load: Load }>([
    {
      title: "Prepare the database",
      task: () => wrangler("d1", "migrations", "apply", "PLACES_DB", "--local"),
    },
    {
      title: "Load the default data",
      task: async (_, task) => {
        const { database, bucket, close } = await openLocalStores();
        try {
          if (!again && (await isLoaded(database))) {
            task.skip("The default data is there");
            return;
          }
          task.output = "reading the source packages";
          const startedAt = performance.now();
          const collections = readDataset().map(({ collection, records }) => {
            return { collection, records: [...records] };
          });
          const categories = categoriesOf(collections.flatMap(({ records }) => records));
          let total = 0;
          await loadPlaces(database, bucket, { collections, categories }, (stored, all) => {
            total = all;
            task.output = progress(stored, all, performance.now() - startedAt);
          });
          const seconds = (performance.now() - startedAt) / 1000;
          task.title = `Loaded ${total.toLocaleString("en")} places in ${seconds.toFixed(0)} s`;
        } finally {
          await close();
        }
      },
    },
  ]);
  await tasks.run();
}

const BAR_WIDTH = 30;

function progress(stored: number, total: number, elapsedMs: number): string {
  const filled = Math.round((BAR_WIDTH * stored) / total);
  const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
  const left = (elapsedMs * (total - stored)) / stored / 1000;
  return `${bar} ${stored.toLocaleString("en")} of ${total.toLocaleString("en")} places, ${left.toFixed(0)} s left`;
}

if (import.meta.main) await load({ again: process.argv.includes("--again") });
