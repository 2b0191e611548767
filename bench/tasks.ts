/**
 * What long work takes, end to end: from the call to the answer, through HTTP, in a workerd of its own.
 *
 *     npm run bench:tasks
 *
 * A million real places; 3,000, 50,000 and 300,000 of them have a made-up word each among their other names, for which they
 * match. Questions are seeded. CPU and memory are what /proc says of the whole workerd process (so Linux only).
 */
import type { PlaceRecord } from "../src/records/place.ts";
import { seeded } from "../test/support/random.ts";
import { callTool, timed } from "./call-tool.ts";
import { IS_SMOKE } from "./made-up-places.ts";
import { placesFile, type Variant } from "./places-file.ts";
import { jitter, oneOf } from "./random.ts";
import { realPlaces } from "./real-places.ts";
import { aim, circumstances, percentile, publish, short, spread, table } from "./report.ts";
import { bundle, copyOfStores, startWorkerd, type Workerd } from "./workerd.ts";

const PLACES = IS_SMOKE ? 3_000 : 1_000_000;
const POINTS = IS_SMOKE ? 500 : 100_000;
/** How many places have each of the words. */
const MATCHES: readonly (readonly [word: string, count: number])[] = IS_SMOKE
  ? [
      ["kwalebi", 30],
      ["zumvoru", 300],
      ["plegado", 1_500],
    ]
  : [
      ["kwalebi", 3_000],
      ["zumvoru", 50_000],
      ["plegado", 300_000],
    ];
const [MIDDLE_WORD, MIDDLE_COUNT] = MATCHES[1]!;
const ROUNDS = IS_SMOKE ? 1 : 3;
const SINGLE_CALLS = IS_SMOKE ? 20 : 1_000;
const SINGLE_AT_ONCE = 8;
const EMPTY_TASKS = IS_SMOKE ? 2 : 50;
const CHUNKS = IS_SMOKE ? 20 : 200;
const MATRIX_SIDE = IS_SMOKE ? 150 : 1_000;
const POLL_EVERY_MS = 20;
const RADIUS_KM = 50;
const FARTHEST_METERS = 20_000;
const SEED = 20261130;
const METRICS_TOKEN = "bench-metrics-token-0123456789";

/** Nested: what has a rarer word has the more common ones, too. */
function withWords(): Variant {
  const random = seeded(SEED);
  const order = Array.from({ length: PLACES }, (_, index) => [random(), index] as const);
  order.sort(([a], [b]) => a - b);
  const rankOf = new Uint32Array(PLACES);
  for (const [rank, [, index]] of order.entries()) rankOf[index] = rank;
  return {
    name: "words",
    of(record, index) {
      const words = MATCHES.filter(([, count]) => rankOf[index]! < count).map(([word]) => word);
      return { ...record, otherNames: [...(record.otherNames ?? []), ...words] };
    },
  };
}

const file = await placesFile(PLACES, withWords());
const records = realPlaces(PLACES).flatMap(([, set]) => set);
const points = pointsAbout(records);
const workerd = await startWorkerd(
  await bundle("bench/tasks-worker.ts"),
  copyOfStores(file.persistPath),
  {
    settings: {
      ANONYMOUS_SCOPES: "places:read location tasks",
      METRICS_TOKEN,
      TASK_WAIT_SECONDS: "300",
      TASK_COST_PER_DAY: "0",
    },
    limit: 1_000_000_000,
    log: () => {},
  },
);
const base = `http://localhost:${workerd.url.port}`;

try {
  const idle = await measureIdle();
  const input = await bring(points.map(({ latitude, longitude }) => `${latitude},${longitude}`));
  const joins: Join[] = [];
  for (const [word, count] of MATCHES) joins.push(await measureJoin(input, word, count));
  const singlePerSecond = await measureSingleCalls();
  const area = await measureArea();
  const matrix = await measureMatrix(workerd);
  report({ idle, joins, singlePerSecond, area, matrix });
} finally {
  await workerd.close();
}

interface Idle {
  readonly emptyMs: readonly number[];
  readonly emptyCpuMs: number;
  readonly chunkMs: number;
  readonly chunkCpuMs: number;
}

interface Join {
  readonly matches: number;
  readonly seconds: readonly number[];
  readonly cpuSeconds: number;
  readonly rowsRead: number;
  readonly rows: number;
}

interface Area {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rowsRead: number;
  readonly places: unknown;
}

interface Computed {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly moreMib: number;
  readonly pollMs: readonly number[];
}

/** Around places, as customers are. */
function pointsAbout(places: readonly PlaceRecord[]) {
  const random = seeded(SEED + 1);
  return Array.from({ length: POINTS }, () =>
    jitter(random, oneOf(random, places), 0, FARTHEST_METERS),
  );
}

async function measureIdle(): Promise<Idle> {
  // It warms up.
  await compute("idle", { chunks: 1 });
  const cpuBeforeMs = workerd.cpuMs();
  const emptyMs: number[] = [];
  for (let task = 0; task < EMPTY_TASKS; task++) {
    emptyMs.push((await timed(() => compute("idle", { chunks: 1 }))).ms);
  }
  const cpuBetweenMs = workerd.cpuMs();
  const emptyCpuMs = (cpuBetweenMs - cpuBeforeMs) / EMPTY_TASKS;
  const many = await timed(() => compute("idle", { chunks: CHUNKS }));
  return {
    emptyMs,
    emptyCpuMs,
    chunkMs: (many.ms - percentile(emptyMs, 0.5)) / (CHUNKS - 1),
    chunkCpuMs: (workerd.cpuMs() - cpuBetweenMs - emptyCpuMs) / (CHUNKS - 1),
  };
}

async function measureJoin(input: string, query: string, matches: number): Promise<Join> {
  console.log(`${matches} matches`);
  const seconds: number[] = [];
  let [cpuSeconds, rowsRead, rows] = [0, 0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const rowsBefore = await rowsReadSoFar();
    const cpuBeforeMs = workerd.cpuMs();
    const { ms, result } = await timed(() =>
      compute("batch_nearby", { input, query, radius: RADIUS_KM, k: 1 }),
    );
    seconds.push(ms / 1_000);
    cpuSeconds = (workerd.cpuMs() - cpuBeforeMs) / 1_000;
    rowsRead = (await rowsReadSoFar()) - rowsBefore;
    rows = Number(result.rows);
  }
  return { matches, seconds, cpuSeconds, rowsRead, rows };
}

/** Calls a second, some at once. */
async function measureSingleCalls(): Promise<number> {
  let next = 0;
  const { ms } = await timed(() =>
    Promise.all(
      Array.from({ length: SINGLE_AT_ONCE }, async () => {
        while (next < SINGLE_CALLS) {
          const { latitude, longitude } = points[next++]!;
          const place = { latitude, longitude, radius: RADIUS_KM };
          await callTool(base, "get_nearby_data", { ...place, query: MIDDLE_WORD, limit: 1 });
        }
      }),
    ),
  );
  return SINGLE_CALLS / (ms / 1_000);
}

/** Of the whole earth. */
async function measureArea(): Promise<Area> {
  const rowsBefore = await rowsReadSoFar();
  const cpuBeforeMs = workerd.cpuMs();
  const box = { west: -180, south: -90, east: 180, north: 90 };
  const { ms, result } = await timed(() => compute("area_summary", { box }));
  const cpuSeconds = (workerd.cpuMs() - cpuBeforeMs) / 1_000;
  const rowsRead = (await rowsReadSoFar()) - rowsBefore;
  return { seconds: ms / 1_000, cpuSeconds, rowsRead, places: result.places };
}

/** Meanwhile it is asked how far it is. */
async function measureMatrix({ cpuMs, memoryMib }: Workerd): Promise<Computed> {
  const pollMs: number[] = [];
  const [memoryBefore, cpuBeforeMs] = [memoryMib(), cpuMs()];
  let mostMib = memoryBefore;
  const data = { rows: MATRIX_SIDE, columns: MATRIX_SIDE, seed: SEED };
  const { ms } = await timed(async () => {
    const { task_id: id } = await callTool(base, "distributed_compute", {
      task_type: "matrix_decomposition",
      data,
      timeout: 0,
    });
    for (;;) {
      const { ms, result: state } = await timed(() => stateOf(String(id)));
      pollMs.push(ms);
      mostMib = Math.max(mostMib, memoryMib());
      if (state === "completed") return;
      if (state !== "queued" && state !== "running") throw new Error(`The matrix is ${state}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
    }
  });
  const cpuSeconds = (cpuMs() - cpuBeforeMs) / 1_000;
  return { seconds: ms / 1_000, cpuSeconds, moreMib: mostMib - memoryBefore, pollMs };
}

async function stateOf(id: string): Promise<string> {
  const response = await fetch(`${base}/mcp/tasks/${id}`);
  return ((await response.json()) as { state: string }).state;
}

/** Waits for the result. */
async function compute(type: string, data: object): Promise<Readonly<Record<string, unknown>>> {
  const answer = await callTool(base, "distributed_compute", {
    task_type: type,
    data,
    timeout: 300,
  });
  if (answer.status === "completed") return answer.result as Readonly<Record<string, unknown>>;
  throw new Error(`${type}: ${JSON.stringify(answer).slice(0, 500)}`);
}

async function bring(lines: readonly string[]): Promise<string> {
  const response = await fetch(`${base}/mcp/inputs`, {
    method: "POST",
    body: ["latitude,longitude", ...lines].join("\n"),
  });
  if (!response.ok) throw new Error(`inputs: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { input: string }).input;
}

/** As D1 bills them. Counts go to their shard a second after the first of them. */
async function rowsReadSoFar(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
  const text = await (await fetch(`${base}/metrics`, { headers })).text();
  return Number(/^hereabouts_d1_rows_read_total (\d+)/m.exec(text)?.[1] ?? 0);
}

function report(measured: {
  readonly idle: Idle;
  readonly joins: readonly Join[];
  readonly singlePerSecond: number;
  readonly area: Area;
  readonly matrix: Computed;
}): void {
  const { idle, joins, singlePerSecond, area, matrix } = measured;
  const many = (count: number) => count.toLocaleString("en");
  const perSecond = ({ seconds }: Join) => POINTS / percentile(seconds, 0.5);
  const middle = joins.find(({ matches }) => matches === MIDDLE_COUNT)!;
  const times = perSecond(middle) / singlePerSecond;
  const rowsAMatch = joins.map(({ rowsRead, matches }) => rowsRead / matches);
  const emptyMs = percentile(idle.emptyMs, 0.5);
  const pollMs = percentile(matrix.pollMs, 0.99);
  publish(
    "Tasks",
    `${circumstances()}

All through HTTP: from the call of \`distributed_compute\` to its answer, in one workerd, whose CPU is told. ${many(PLACES)} real places.

\`batch_nearby\`: the nearest match within ${RADIUS_KM} km of each of ${many(POINTS)} points, which were brought as CSV; files written. The median of
${ROUNDS}. Single calls of \`get_nearby_data\`, ${SINGLE_AT_ONCE} at once, for the same points and the ${many(middle.matches)} matches: ${short(singlePerSecond)} a second.

${table(
  [
    "matches",
    "seconds",
    "points a second",
    "CPU s",
    "rows read",
    "rows read a match",
    "rows of the result",
  ],
  joins.map((join, at) => [
    many(join.matches),
    short(percentile(join.seconds, 0.5)),
    short(perSecond(join)),
    short(join.cpuSeconds),
    many(join.rowsRead),
    rowsAMatch[at]!.toFixed(2),
    many(join.rows),
  ]),
)}

\`area_summary\` of the whole earth: ${short(area.seconds)} s, CPU ${short(area.cpuSeconds)} s, ${many(area.rowsRead)} rows read, ${area.places} places counted: all but the postal codes.

\`matrix_decomposition\`, ${MATRIX_SIDE} × ${MATRIX_SIDE}, ten values: ${short(matrix.seconds)} s, CPU ${short(matrix.cpuSeconds)} s (answers to polls included), ${short(matrix.moreMib)} MiB more memory at most.
\`GET /mcp/tasks/{id}\` meanwhile, ${many(matrix.pollMs.length)} times, p50 / p99 / max: ${spread(matrix.pollMs)} ms.

A task of one chunk that does nothing, ${EMPTY_TASKS} times, p50 / p99 / max: ${spread(idle.emptyMs)} ms, CPU ${short(idle.emptyCpuMs)} ms.
Each of ${many(CHUNKS)} such chunks of one task: ${short(idle.chunkMs)} ms, CPU ${short(idle.chunkCpuMs)} ms.

Aims:
${aim(perSecond(middle) >= 10_000, `at least 10,000 points a second at ${many(middle.matches)} matches: ${short(perSecond(middle))}`)}
${aim(times >= 20, `at least 20 times single calls: ${short(times)}`)}
${aim(Math.max(...rowsAMatch) <= 1.1, `at most 1.1 rows read a match: ${rowsAMatch.map((rows) => rows.toFixed(2)).join(", ")}`)}
${aim(emptyMs <= 300, `an empty task at most 300 ms (p50): ${short(emptyMs)}`)}
${aim(idle.chunkMs <= 30, `a chunk at most 30 ms: ${short(idle.chunkMs)}`)}
${aim(pollMs <= 150, `\`GET /mcp/tasks/{id}\` at most 150 ms (p99) while a matrix is computed: ${short(pollMs)}`)}`,
  );
}
