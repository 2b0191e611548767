import type { WalkedPlace, WalkPosition } from "../../../index/walk.ts";
import { WALK_START } from "../../../index/walk.ts";
import { placeId } from "../../../nearby/present/place-view.ts";
import { plainText } from "../../../text/plain-text.ts";
import type { Done, Work } from "../../contract.ts";
import { type Match, writeBlock, writeBlocks } from "./blocks.ts";
import type { Block, Chunk, MatchesChunk, NearestChunk } from "./chunks.ts";
import { leavesWithin } from "./reach.ts";

/** Some hundred KiB of numbers, and a MiB of texts. */
export const MATCHES_A_BLOCK = 8_192;
/** A second of a processor, or two. */
const ROWS_A_CHUNK = 4 * MATCHES_A_BLOCK;
const ROWS_A_PAGE = 4_096;

/** The chunk that reads the matches of a set from its beginning. */
export function matchesChunk(
  { settled, reach, files, blocks }: Pick<MatchesChunk, "settled" | "reach" | "files" | "blocks">,
  set: number,
): MatchesChunk {
  return { step: "matches", settled, reach, files, set, position: WALK_START, blocks };
}

/** Reads matches and writes them as blocks; then come more of them, or, when all are there, the joins. */
export async function readMatches(chunk: MatchesChunk, work: Work): Promise<Done<Chunk, never>> {
  const { settled, reach, set, files } = chunk;
  const { matching, nowMs, radiusMeters } = settled;
  const walk = {
    leaves: leavesWithin(reach, radiusMeters),
    match: matching.sets[set] ?? undefined,
    tests: matching.tests,
    nowMs,
    withNames: true,
  };
  let blocks: Block[] = [...chunk.blocks];
  const names = new Names(work);
  let matches: Match[] = [];
  const write = async () => {
    if (matches.length === 0) return;
    blocks.push(await writeBlock(work.files, blocks.length, set, matches));
    matches = [];
  };

  let [cost, rows] = [0, 0];
  let position: WalkPosition | undefined = chunk.position;
  while (position && rows < ROWS_A_CHUNK) {
    const page = await work.places.walk(walk, position, ROWS_A_PAGE);
    if (page.isAnew) {
      matches = [];
      blocks = blocks.filter((block) => block.set !== set);
    }
    matches.push(...(await names.of(page.places)));
    if (matches.length >= MATCHES_A_BLOCK) await write();
    rows += page.lookedAt;
    cost += page.rowsRead;
    position = page.next;
    await work.pause();
    await work.report(0, cost);
  }
  await write();
  cost += names.rowsRead;
  if (position) return { done: 0, cost, next: [{ ...chunk, position, blocks }] };
  if (set + 1 < matching.sets.length) {
    return { done: 0, cost, next: [matchesChunk({ ...chunk, blocks }, set + 1)] };
  }
  const written = await writeBlocks(work.files, blocks);
  const next = files.map(
    (file): NearestChunk => ({ step: "nearest", file, blocks: written, radiusMeters }),
  );
  return { done: 0, cost, next };
}

/** Makes matches of rows: with the names of their collections and categories, each of which is looked up once. */
class Names {
  readonly #work: Pick<Work, "places">;
  readonly #categories = new Map<number, string>();
  #collections: ReadonlyMap<number, { readonly id: string }> | undefined;
  rowsRead = 0;

  constructor(work: Pick<Work, "places">) {
    this.#work = work;
  }

  async of(rows: readonly WalkedPlace[]): Promise<Match[]> {
    const { places } = this.#work;
    this.#collections ??= (await places.snapshot()).collections;
    const numbers = new Set(rows.map(({ category }) => category));
    const unknown = [...numbers].filter((number) => !this.#categories.has(number));
    if (unknown.length > 0) {
      for (const [number, { path }] of await places.categoriesOf(unknown)) {
        this.#categories.set(number, plainText(path));
      }
      this.rowsRead += 2 * unknown.length;
    }
    return rows.map((row) => this.#toMatch(row));
  }

  #toMatch({
    key,
    latitude,
    longitude,
    category,
    collection,
    source_id,
    name,
  }: WalkedPlace): Match {
    const { id } = this.#collections!.get(collection!) ?? {};
    if (id === undefined) throw new Error("A place is of a collection that is not known yet");
    return {
      ...{ key, latitude, longitude, id: placeId(id, source_id!), name: plainText(name!) },
      category: this.#categories.get(category) ?? "",
    };
  }
}
