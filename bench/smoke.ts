/**
 * Runs every bench on a few made-up places, for nothing but that it still runs: `npm run bench:smoke`. No number of it
 * means anything, and none is kept.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { isPostgisThere } from "./postgis.ts";

const PLACES = 3_000;

const benches = ["engine", "import", "endpoint", "door", "tasks", "models", "failover"];
if (isPostgisThere()) benches.push("peers");
else console.log("SKIPPED: peers, because PostGIS is not there");
for (const bench of benches) {
  const { status } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, `${bench}.ts`), String(PLACES)],
    { stdio: "inherit", env: { ...process.env, BENCH_SMOKE: "1" } },
  );
  if (status !== 0) throw new Error(`The bench ${bench} ended with ${status}`);
}
