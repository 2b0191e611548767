import type { Peer, Timed, Took } from "./peers.ts";
import type { PlacesFile } from "./places-file.ts";
import { AREAS, type BenchQuestion, KINDS } from "./questions.ts";
import {
  aim,
  circumstances,
  percentile,
  publish,
  short,
  spread,
  spreadOf,
  table,
} from "./report.ts";

interface Group {
  readonly title: string;
  readonly ours: readonly Took[];
  /** Each peer's times, each class of questions in the better way. */
  readonly peers: readonly (readonly Took[])[];
  /** Which way that was for each peer, if there is only one class. */
  readonly ways: readonly string[];
}

const MOST_P99_MS = 2;

const statement = (times: readonly Took[]) => times.map((took) => took.statement);
const whole = (times: readonly Took[]) => times.map((took) => took.statement + took.around);

export function reportPeers(
  { places, build }: PlacesFile,
  oursBytes: number,
  peers: readonly Peer[],
  timed: readonly Timed[],
  different: readonly number[],
): void {
  const classes = KINDS.flatMap((kind) =>
    AREAS.map((area) => {
      const of = timed.filter(({ question }) => question.kind === kind && question.area === area);
      return { kind, area, group: groupOf(`${kind}, ${area}`, of, peers) };
    }),
  );
  const gather = (
    title: string,
    belongs: (question: Pick<BenchQuestion, "kind" | "area">) => boolean,
  ) =>
    join(
      title,
      classes.filter(belongs).map(({ group }) => group),
    );
  const plain = AREAS.map((area) =>
    gather(`anything, ${area}`, (one) => one.kind === "anything" && one.area === area),
  );
  const text = AREAS.map((area) =>
    gather(`text or category, ${area}`, (one) => one.kind !== "anything" && one.area === area),
  );
  const allPlain = join("anything, all", plain);
  const allText = join("text or category, all", text);
  const ashore = (title: string, kinds: readonly string[]) =>
    gather(title, ({ kind, area }) => area !== "empty" && kinds.includes(kind));

  publish(
    `Peers, ${places.toLocaleString("en")} places`,
    `${circumstances()}

${timed.length} questions (nearest 10 within 2, 10 or 50 km), the same for all, each answered alike by all before it was
timed: ${peers.map(({ name }, index) => `${name} named other places among near ties ${different[index]} times`).join("; ")}. Times are milliseconds,
p50 / p99 / max, best of several runs, everything in memory. *Statement* is the time inside the database. *With planning* adds
what comes around it: for PostGIS the planning time it states, for us all JavaScript (reading the text, coverings, exact geodesics).

PostGIS: \`ST_DWithin … ORDER BY spot <-> point LIMIT 10\` on geography, rows laid down in key order, 4 GB of shared buffers,
64 MB of work_mem, random_page_cost 1.1, no JIT, no parallel workers, VACUUM ANALYZE, pg_prewarm. It orders by the sphere,
we by the ellipsoid. R*Tree + FTS5: the better join order of each class, and chords from coordinates computed before.
Both SQLites have a page cache of 1 GB. Peers get the words spelled out; our statement looks up what they mean. They have
no postal codes, which our questions without words do not look at; questions that find one are left out.

${table(
  ["statement", "Hereabouts", ...peers.map(({ name }) => name), "PostGIS / ours, p50 and p99"],
  [...plain, allPlain, ...text, allText].map((group) => [
    group.title,
    spread(statement(group.ours)),
    ...group.peers.map((times) => spread(statement(times))),
    ratios(group, statement),
  ]),
)}

${table(
  ["with planning", "Hereabouts", "PostGIS", "PostGIS / ours, p50 and p99"],
  [...plain, allPlain, ...text, allText].map((group) => [
    group.title,
    spread(whole(group.ours)),
    spread(whole(group.peers[0]!)),
    ratios(group, whole),
  ]),
)}

${table(
  [
    "statement, by kind",
    "Hereabouts",
    ...peers.map(({ name }) => name),
    "PostGIS / ours, p50 and p99",
  ],
  classes
    .filter(({ kind }) => kind !== "anything")
    .map(({ group }) => [
      group.title,
      spread(statement(group.ours)),
      ...group.peers.map((times, index) =>
        peers[index]!.ways.length > 1
          ? `${spread(statement(times))} (${group.ways[index]})`
          : spread(statement(times)),
      ),
      ratios(group, statement),
    ]),
)}

${table(
  ["", "Hereabouts", ...peers.map(({ name }) => name)],
  [
    [
      "bytes a place (peers: without names and ids)",
      short(oursBytes / places),
      ...peers.map(({ bytes }) => short(bytes / places)),
    ],
    ["build, s", short(build.seconds), ...peers.map(({ buildSeconds }) => short(buildSeconds))],
  ],
)}

Aims, for dense and suburban points together, p50 / p99 / max:
${judge(0.2, ashore("nearest 10", ["anything"]))}
${judge(0.15, ashore("a word", ["common word", "medium word", "rare word"]))}
${judge(0.2, ashore("a category", ["category"]))}`,
  );
}

function judge(mostMs: number, group: Group): string {
  const { p50, p99 } = spreadOf(statement(group.ours));
  return [
    aim(p50 <= mostMs, `${group.title}: p50 <= ${mostMs} ms: ${short(p50)}`),
    aim(p99 <= MOST_P99_MS, `${group.title}: p99 <= ${MOST_P99_MS} ms: ${short(p99)}`),
    `  PostGIS: ${spread(statement(group.peers[0]!))}; with planning ${spread(whole(group.peers[0]!))}`,
  ].join("\n");
}

function ratios(group: Group, part: typeof statement): string {
  return `${short(ratio(group, part, 0.5))} ×, ${short(ratio(group, part, 0.99))} ×`;
}

function ratio({ ours, peers }: Group, part: typeof statement, share: number): number {
  return percentile(part(peers[0]!), share) / percentile(part(ours), share);
}

function groupOf(title: string, of: readonly Timed[], peers: readonly Peer[]): Group {
  const best = peers.map(({ ways }, peer) =>
    ways
      .map((way, index) => ({ way, times: of.map((one) => one.peers[peer]![index]!) }))
      .reduce((a, b) => {
        return sum(statement(b.times)) < sum(statement(a.times)) ? b : a;
      }),
  );
  return {
    title,
    ours: of.map(({ ours }) => ours),
    peers: best.map(({ times }) => times),
    ways: best.map(({ way }) => way),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function join(title: string, groups: readonly Group[]): Group {
  return {
    title,
    ours: groups.flatMap(({ ours }) => ours),
    peers: groups[0]!.peers.map((_, peer) => groups.flatMap(({ peers }) => peers[peer]!)),
    ways: [],
  };
}
