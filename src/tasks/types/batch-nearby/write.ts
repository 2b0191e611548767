import type { Done, TaskFiles, Work } from "../../contract.ts";
import { type BlockTexts, blocksOf, textsOf } from "./blocks.ts";
import {
  type AskedPoint,
  type Chunk,
  MOST_WORST,
  type NearestChunk,
  type NearestPart,
  type Worst,
} from "./chunks.ts";
import { type Nearest, nearestOf } from "./nearest.ts";
import { pointsOf } from "./points.ts";
import { csvLine, ndjsonLine, rowsOf, toMillimeters } from "./rows.ts";

/** Between pauses. */
const POINTS_A_TURN = 500;

/** Finds the nearest matches of the points of a file, and writes their rows in the order of the points. */
export async function writeNearest(
  { file, radiusMeters }: NearestChunk,
  k: number,
  work: Work,
): Promise<Done<Chunk, NearestPart>> {
  const { files } = work;
  const points = await pointsOf(files, file);
  const blocks = [...(await blocksOf(files)).entries()];
  const ofSets = Map.groupBy(blocks, ([, { set }]) => set);
  const found: Nearest[][] = points.map(() => []);
  for (const [, ofSet] of [...ofSets].sort(([a], [b]) => a - b)) {
    const wanted = { k, radiusMeters };
    const nearest = await nearestOf(points, ofSet, wanted, work);
    for (const [at, places] of nearest.entries()) found[at]!.push(...places);
  }
  for (const nearest of found) nearest.splice(k);

  const texts = await textsFor(found, work);
  const lines = { ndjson: "", csv: "" };
  for (const [at, point] of points.entries()) {
    for (const row of rowsOf(point, found[at]!, texts)) {
      lines.ndjson += ndjsonLine(row);
      lines.csv += csvLine(row);
    }
    if (at % POINTS_A_TURN === 0) {
      await work.pause();
      await work.report(at);
    }
  }
  await files.put(rowsFile(file, "ndjson"), lines.ndjson);
  await files.put(rowsFile(file, "csv"), lines.csv);

  const distances = found.flatMap((nearest) => least(nearest)?.distanceMeters ?? []);
  await files.put(distancesFile(file), Float64Array.from(distances));
  const part: NearestPart = {
    step: "nearest",
    file,
    rows: found.reduce((sum, nearest) => sum + Math.max(1, nearest.length), 0),
    without: points.length - distances.length,
    worst: worstOf(points, found, texts),
  };
  return { part, done: points.length, cost: costOf(points.length, k) };
}

/** A hundred microseconds each, on a slow processor. */
export function costOf(points: number, k: number): number {
  return Math.ceil(points * (1 + k / 8));
}

export const rowsFile = (file: number, ending: "ndjson" | "csv") => `rows/${file}.${ending}`;
export const distancesFile = (file: number) => `distances/${file}`;

export async function distancesOf(files: TaskFiles, file: number): Promise<Float64Array> {
  return new Float64Array(await (await files.get(distancesFile(file))).arrayBuffer());
}

/** The texts of the blocks that have some of the places found. Only those that are told are held. */
async function textsFor(
  found: readonly (readonly Nearest[])[],
  { files, pause }: Work,
): Promise<Map<number, BlockTexts>> {
  const told = Map.groupBy(found.flat(), ({ block }) => block);
  const texts = new Map<number, BlockTexts>();
  for (const [block, places] of told) {
    const all = await textsOf(files, block);
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
