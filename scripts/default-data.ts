import type { MappedRow } from "../src/formats/map-rows.ts";
import { type Part, partsOf } from "../src/formats/parts.ts";
import { firstKey } from "../src/index/key.ts";
import type { PlaceRecord } from "../src/records/place.ts";
import { categoriesFor, collections, fingerprint, readDataset } from "./dataset/dataset.ts";
import { regions } from "./dataset/words/regions.ts";
import { Collection } from "./import/answers.ts";
import type { AdminApi } from "./import/api.ts";
import { knownWords, sendWords } from "./import/lexicon.ts";
import { isRebuildNeeded, rebuildIndex } from "./import/rebuild-index.ts";
import type { RowBudget } from "./import/row-budget.ts";
import { upload } from "./import/upload.ts";

export interface LoadOptions {
  /** Even what is there already. */
  readonly again: boolean;
  readonly budget: RowBudget;
  /** Told how far the making anew of the index is, if it is of another version. */
  readonly onRebuild: (state: string) => void;
  /** Told how many of the places are sent; before the first one their packages are read. */
  readonly onPlaces: (sent: number, total: number) => void;
}

/**
 * Brings the default data in over the admin endpoints, each collection as an import of its own: what is there already
 * is left out, and a load that was stopped goes on where it stopped.
 *
 * @returns how many places were sent
 */
export async function loadDefaultData(
  api: AdminApi,
  { again, budget, onRebuild, onPlaces }: LoadOptions,
): Promise<number> {
  if (await isRebuildNeeded(api)) await rebuildIndex(api, false, onRebuild);
  const mark = fingerprint();
  const missing = again ? collections : await outdated(api, mark);
  const hasWords = !again && (await knownWords(api)) === mark;
  if (missing.length === 0 && hasWords) return 0;

  onPlaces(0, 1);
  const all = readDataset().map(({ collection, records }) => {
    return { collection, records: [...records] };
  });
  const categories = categoriesFor(all.flatMap(({ records }) => records));
  if (!hasWords) {
    await sendWords(api, { categories, regions: regions(), fingerprint: mark });
  }
  const sets = all.filter(({ collection }) => missing.includes(collection));
  const total = sets.reduce((sum, { records }) => sum + records.length, 0);
  let sent = 0;
  for (const { collection, records } of sets) {
    const { id, ...label } = collection;
    const parts = partsOf([{ path: id, places: inOrder(records) }], () => {});
    await upload({
      ...{ api, collection: id, start: { mode: "replace", fingerprint: mark, label }, budget },
      parts: counted(parts, (places) => {
        sent += places;
        onPlaces(sent, total);
      }),
      onRejected: ({ line, reason }) => {
        throw new Error(`${id}, record ${line}: ${reason}`);
      },
      onPhase: () => {},
    });
  }
  return total;
}

/** Those collections that do not hold this very data, all of it. */
async function outdated(api: AdminApi, mark: string) {
  const there = await Promise.all(
    collections.map(({ id }) => api.find(Collection, `/collections/${id}`)),
  );
  return collections.filter((_, at) => there[at]?.fingerprint !== mark || there[at].openImport);
}

/** In the order of their keys, so that each part is of one neighbourhood. */
async function* inOrder(records: readonly PlaceRecord[]): AsyncGenerator<MappedRow> {
  const sorted = records
    .map((record) => ({ record, key: firstKey(record) }))
    .sort((a, b) => a.key - b.key);
  for (const [index, { record }] of sorted.entries()) yield { record, line: index + 1 };
}

async function* counted(
  parts: AsyncIterable<Part>,
  onSent: (places: number) => void,
): AsyncGenerator<Part> {
  for await (const part of parts) {
    yield part;
    // The next one is asked for when this one is sent.
    onSent(part.places);
  }
}
