import type { Done, TaskFiles, Work } from "../../contract.ts";
import { type BlockTexts, blocksOf, textsOf } from "./blocks.ts";
import {
  type AskedPoint,
  type Block,
  type Chunk,
  MOST_WORST,
  type NearestChunk,
  type NearestPart,
  type Worst,
} from "./chunks.ts";
import { MATCHES_A_BLOCK } from "./matches.ts";
import { LOOKS_A_UNIT, type Nearest, nearestOf, type Wanted } from "./nearest.ts";
import { pointsOf } from "./points.ts";
import { csvLine, ndjsonLine, rowsOf, toMillimeters } from "./rows.ts";

/** Between pauses. */
const ROWS_A_TURN = 2_000;

/** Finds the nearest matches of the points of a file, and writes their rows in the order of the points. */
export async function writeNearest(
  { file, blocks: blocksFile, radiusMeters }: NearestChunk,
  k: number,
  work: Work,
): Promise<Done<Chunk, NearestPart>> {
  const { files } = work;
  const points = await pointsOf(files, file);
  const blocks = await blocksOf(files, blocksFile);
  const ofSets = Map.groupBy(blocks.entries(), ([, { set }]) => set);
  const found: Nearest[][] = points.map(() => []);
  let looksOfAll = 0;
  for (const [, ofSet] of [...ofSets].sort(([a], [b]) => a - b)) {
    const wanted = { k, radiusMeters };
    const { nearest, looks } = await nearestOf(points, ofSet, wanted, work);
    looksOfAll += looks;
    for (const [at, places] of nearest.entries()) found[at]!.push(...places);
  }
  for (const nearest of found) nearest.splice(k);

  const texts = await textsFor(found, blocks, work);
  const lines = { ndjson: "", csv: "" };
  let rows = 0;
  let pausedAt = 0;
  for (const [at, point] of points.entries()) {
    for (const row of rowsOf(point, found[at]!, texts)) {
      lines.ndjson += ndjsonLine(row);
      lines.csv += csvLine(row);
      rows++;
    }
    if (rows - pausedAt >= ROWS_A_TURN) {
      pausedAt = rows;
      await work.pause();
      await work.report(at);
    }
  }
  const distances = found.flatMap((nearest) => least(nearest)?.distanceMeters ?? []);
  const part: NearestPart = {
    step: "nearest",
    files: {
      ndjson: await files.put("rows.ndjson", lines.ndjson),
      csv: await files.put("rows.csv", lines.csv),
      distances: await files.put("distances", Float64Array.from(distances)),
    },
    rows,
    without: points.length - distances.length,
    worst: worstOf(points, found, texts),
  };
  const cost = costOfWriting(points.length, k) + looksOfAll / LOOKS_A_UNIT;
  return { part, done: points.length, cost: Math.ceil(cost) };
}

/** In units of the cost, on a slow processor. */
function costOfWriting(points: number, k: number): number {
  return points * (1 + k / 8);
}

/** Beyond it bounds say little, and more has to be measured; metres. */
const FAR_METERS = 15_000_000;

/** What it costs at most to find the matches of points, and to write them. @param matches how many there are at most */
export function costOf(points: number, matches: number, { k, radiusMeters }: Wanted): number {
  const blocks = 2 + matches / MATCHES_A_BLOCK;
  const looks = 500 + 200 * k + 4 * blocks;
  const finding = (points * looks * (radiusMeters > FAR_METERS ? 4 : 1)) / LOOKS_A_UNIT;
  return Math.ceil(costOfWriting(points, k) + finding);
}

export async function distancesOf(files: TaskFiles, file: string): Promise<Float64Array> {
  return new Float64Array(await (await files.get(file)).arrayBuffer());
}

/** The texts of the blocks that have some of the places found. Only those that are told are held. */
async function textsFor(
  found: readonly (readonly Nearest[])[],
  blocks: readonly Block[],
  { files, pause }: Work,
): Promise<Map<number, BlockTexts>> {
  const told = Map.groupBy(found.flat(), ({ block }) => block);
  const texts = new Map<number, BlockTexts>();
  for (const [block, places] of told) {
    const all = await textsOf(files, blocks[block]!);
    const picked = { ids: [] as string[], names: [] as string[], categories: [] as string[] };
    for (const { match } of places) {
      picked.ids[match] = all.ids[match]!;
      picked.names[match] = all.names[match]!;
      picked.categories[match] = all.categories[match]!;
    }
    texts.set(block, picked);
    await pause();
  }
  return texts;
}

/** Places of a name come first, however far they are. */
function least(nearest: readonly Nearest[]): Nearest | undefined {
  return nearest.reduce<Nearest | undefined>(
    (least, one) => (least && least.distanceMeters <= one.distanceMeters ? least : one),
    undefined,
  );
}

function worstOf(
  points: readonly AskedPoint[],
  found: readonly (readonly Nearest[])[],
  texts: ReadonlyMap<number, BlockTexts>,
): Worst[] {
  const far = points
    .flatMap((point, at) => {
      const nearest = least(found[at]!);
      return nearest ? [{ point, nearest }] : [];
    })
    .sort((a, b) => b.nearest.distanceMeters - a.nearest.distanceMeters);
  return far.slice(0, MOST_WORST).map(({ point, nearest }) => {
    const { number, id, latitude, longitude } = point;
    const { ids, names } = texts.get(nearest.block)!;
    return {
      point: number,
      ...(id !== undefined && { point_id: id }),
      ...{ latitude, longitude, distance_m: toMillimeters(nearest.distanceMeters) },
      ...{ place_id: ids[nearest.match]!, name: names[nearest.match]! },
    };
  });
}
