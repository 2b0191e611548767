import { CallerError } from "../../../errors.ts";
import { guessPoints } from "../../../formats/map-points.ts";
import { openObject } from "../../../imports/inbox/file.ts";
import { EVERY_PLACE } from "../../../index/search/query.ts";
import type { World } from "../../contract.ts";
import { MOST_GLANCED_BYTES, mostBytesOf } from "../../inputs.ts";
import type { Source } from "./chunks.ts";
import { costOfFile, MOST_POINTS, tooManyPoints } from "./points.ts";

/** What is said of the points. */
interface Given {
  readonly points?: readonly unknown[] | undefined;
  /** A collection's id or title. */
  readonly collection?: string | undefined;
  /** An input's id. */
  readonly input?: string | undefined;
}

export interface KnownSource {
  readonly source: Source;
  /** How many points there are, if that is known. */
  readonly points: number | undefined;
  /** What it costs at most to read them. */
  readonly cost: number;
}

/** A posting and a row of each place; and what a walk reads besides. */
const COST_A_PLACE = 3;
const COST_OF_A_WALK = 500;

/** @throws CallerError if there is not one source, or it cannot be read */
export async function sourceOf(
  { points, collection, input }: Given,
  world: World,
): Promise<KnownSource> {
  const given = [points, collection, input].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw new CallerError(
      'Pass one of "points", "collection" and "input": the points whose nearest places are wanted.',
    );
  }
  if (points) return { source: { by: "points" }, points: points.length, cost: points.length };
  return input === undefined ? placesOf(collection!, world) : fileOf(input, world);
}

async function fileOf(id: string, { inputs, stores }: World): Promise<KnownSource> {
  const { key, version, bytes } = await inputs.find(id);
  const meter = { mostBytes: MOST_GLANCED_BYTES, onBytes: () => scheduler.wait(0) };
  const { mapping, isEmpty } = await openObject(stores.bucket, { key, version }, undefined, meter)
    .then(guessPoints)
    .catch(inFile);
  if (isEmpty) throw new CallerError('"input": the file has no rows.');
  const source: Source = { by: "input", key, version, mapping };
  return { source, points: undefined, cost: costOfFile(mostBytesOf({ bytes })) };
}

/** The words are those of the import command, which has options: here the file itself has to say it. */
function inFile(error: unknown): never {
  const isOfOption = error instanceof CallerError && /--(?:map|encoding)\b/.test(error.message);
  if (!isOfOption) throw error;
  throw new CallerError(
    `"input": ${error.message} (These are options of the import command. For a task, call the columns latitude, longitude and id in the file's first line, and save it as UTF-8.)`,
  );
}

async function placesOf(named: string, { nearby, places }: World): Promise<KnownSource> {
  const { collection } = await nearby.compile({ query: "", collection: named, limit: 1 });
  const count = (await places.collections()).find(({ id }) => id === collection)?.places ?? 0;
  if (count > MOST_POINTS) throw tooManyPoints('"collection"');
  if (count === 0) throw new CallerError('"collection": it has no places.');
  const [match] = await places.resolve([{ ...EVERY_PLACE, collection: collection! }]);
  const cost = COST_A_PLACE * (await places.mostOf(match)) + COST_OF_A_WALK;
  return { source: { by: "collection", match: match! }, points: count, cost };
}
