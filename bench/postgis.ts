import { execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, createWriteStream, existsSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Answers, Peer, PeerPlace, PeerQuestion } from "./peers.ts";

const PROGRAMS = "/usr/lib/postgresql/15/bin";
const EXTENSION = "/usr/share/postgresql/15/extension/postgis.control";

/** A server of one connection with everything in memory, and no work in parallel: two cores, one question at a time. */
const SETTINGS = [
  "listen_addresses=",
  "shared_buffers=4GB",
  "effective_cache_size=12GB",
  "work_mem=64MB",
  "maintenance_work_mem=1GB",
  "random_page_cost=1.1",
  "jit=off",
  "max_parallel_workers_per_gather=0",
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "autovacuum=off",
  "max_wal_size=8GB",
];

const SCHEMA = `
  CREATE EXTENSION postgis; CREATE EXTENSION pg_prewarm;
  CREATE UNLOGGED TABLE lines (key bigint, latitude float8, longitude float8, words text);`;
const INDEXES = `
  CREATE TABLE places AS SELECT key, spot, words FROM (
    SELECT key, ST_MakePoint(longitude, latitude)::geography(Point) AS spot,
      array_to_tsvector(string_to_array(words, ' ')) AS words FROM lines ORDER BY key) AS ordered;
  DROP TABLE lines;
  ALTER TABLE places ADD PRIMARY KEY (key);
  CREATE INDEX places_spot ON places USING gist (spot);
  CREATE INDEX places_words ON places USING gin (words) WITH (fastupdate = off);
  VACUUM ANALYZE places;
  SELECT pg_prewarm('places'), pg_prewarm('places_pkey'), pg_prewarm('places_spot'), pg_prewarm('places_words');`;

export function isPostgisThere(): boolean {
  return existsSync(EXTENSION) && existsSync(`${PROGRAMS}/postgres`);
}

/** Without it, the bench says so and ends. */
export function requirePostgis(): void {
  if (isPostgisThere()) return;
  console.error("PostGIS is missing: apt-get update && apt-get install postgresql-15-postgis-3");
  process.exit(1);
}

/** PostGIS in a cluster of its own under /tmp, reached through a Unix socket there. */
export async function startPostgis(places: Iterable<PeerPlace>): Promise<Peer> {
  const folder = mkdtempSync("/tmp/hereabouts-bench-");
  const user = userOf(folder);
  const data = join(folder, "data");
  const inFolder = { cwd: folder, ...user, maxBuffer: 2 ** 30 };
  execFileSync(
    `${PROGRAMS}/initdb`,
    ["-D", data, "-U", "bench", "-E", "UTF8", "--locale=C"],
    inFolder,
  );
  const server = spawn(
    `${PROGRAMS}/postgres`,
    ["-D", data, "-k", folder, ...SETTINGS.flatMap((setting) => ["-c", setting])],
    { ...inFolder, stdio: "ignore" },
  );
  const ended = new Promise((resolve) => server.on("exit", resolve));
  const stop = () => server.kill("SIGINT");
  process.on("exit", stop);
  const psql = (...args: string[]) =>
    execFileSync(
      `${PROGRAMS}/psql`,
      ["-h", folder, "-U", "bench", "-d", "postgres", "-qXtA", "-v", "ON_ERROR_STOP=1", ...args],
      { ...inFolder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    );
  await until(() => psql("-c", "SELECT 1"));

  psql("-c", SCHEMA);
  const lines = join(folder, "places.tsv");
  await writeLines(lines, function* () {
    for (const { key, latitude, longitude, words } of places) {
      yield `${key}\t${latitude}\t${longitude}\t${words}\n`;
    }
  });
  psql("-c", `\\copy lines FROM '${lines}'`);
  const startedAt = performance.now();
  psql(...INDEXES.split(";").flatMap((sql) => (sql.trim() ? ["-c", sql] : [])));
  const buildSeconds = (performance.now() - startedAt) / 1000;
  const [version, bytes] = psql(
    "-c",
    "SELECT 'PostgreSQL ' || current_setting('server_version') || ', PostGIS ' || postgis_lib_version(), pg_total_relation_size('places')",
  )
    .trim()
    .split("|");

  const script = join(folder, "questions.sql");
  const runAll = async (prefix: string, questions: readonly PeerQuestion[]) => {
    await writeLines(script, function* () {
      for (const question of questions) yield `${prefix} ${toSql(question)};\n\\echo ;\n`;
    });
    return psql("-f", script).split(/^;$/m).slice(0, questions.length);
  };

  return {
    name: version!,
    bytes: Number(bytes),
    buildSeconds,
    ways: ["as the planner chooses"],
    async answer(questions): Promise<Answers> {
      const answers = await runAll("", questions);
      return answers.map((keys) => keys.split("\n").filter(Boolean).map(Number));
    },
    async time(questions) {
      // TIMING OFF: only the whole is timed, inside the server.
      const plans = await runAll("EXPLAIN (ANALYZE, TIMING OFF, SUMMARY ON)", questions);
      const ms = (plan: string, what: string) =>
        Number(new RegExp(`${what} Time: ([\\d.]+) ms`).exec(plan)![1]);
      return plans.map((plan) => ({
        statement: ms(plan, "Execution"),
        around: ms(plan, "Planning"),
      }));
    },
    async close() {
      stop();
      await ended;
      process.off("exit", stop);
      rmSync(folder, { recursive: true });
    },
  };
}

function toSql({ center, radiusMeters, limit, words }: PeerQuestion): string {
  const spot = `ST_MakePoint(${center.longitude}, ${center.latitude})::geography`;
  const query = words
    ?.map((anyOf) => `(${anyOf.map((word) => `'${word}'`).join(" | ")})`)
    .join(" & ");
  return (
    `SELECT key FROM places WHERE ST_DWithin(spot, ${spot}, ${radiusMeters})` +
    (query ? ` AND words @@ $$${query}$$::tsquery` : "") +
    ` ORDER BY spot <-> ${spot} LIMIT ${limit}`
  );
}

/** The server refuses to run as root; then it runs as the user that Debian's package makes for it. */
function userOf(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  const [uid, gid] = [id("-u"), id("-g")];
  chownSync(folder, uid, gid);
  chmodSync(folder, 0o700);
  return { uid, gid };
}

async function writeLines(path: string, lines: () => Iterable<string>): Promise<void> {
  const file = createWriteStream(path);
  let text = "";
  for (const line of lines()) {
    text += line;
    if (text.length < 1_000_000) continue;
    if (!file.write(text))
      await new Promise((resolve) => file.once("drain", () => resolve(undefined)));
    text = "";
  }
  await new Promise((resolve) => file.end(text, () => resolve(undefined)));
  chmodSync(path, 0o644);
}

async function until(works: () => unknown): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      works();
      return;
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
