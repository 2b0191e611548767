import type { MappedRow } from "../../src/formats/map-rows.ts";
import { type Batch, batchesOf, Tally } from "../../src/imports/batches.ts";
import { CollectionDetails } from "../../src/imports/contract.ts";
import { firstKey } from "../../src/index/key.ts";
import type { PlaceRecord } from "../../src/records/place.ts";
import type { AdminApi } from "../api/admin-api.ts";
import { lexiconFingerprint, putLexicon } from "../api/lexicon.ts";
import { isRebuildNeeded, rebuildIndex } from "../api/rebuild-index.ts";
import type { RowBudget } from "../api/row-budget.ts";
import { keepUp } from "../api/upkeep.ts";
import { upload } from "../api/upload.ts";
import { categoriesFor, collections, fingerprint, readDataset } from "../dataset/dataset.ts";
import { regions } from "../dataset/words/regions.ts";

export interface LoadOptions {
  /** Whether to load also what is there already. */
  readonly again: boolean;
  readonly budget: RowBudget;
  /** Called with how far the rebuild of the index is, if an index of another version has to be rebuilt. */
  readonly onRebuild: (state: string) => void;
  /** Called with how many of the places are sent; 0 while their packages are read. */
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
  const hasLexicon = !again && (await lexiconFingerprint(api)) === mark;
  if (missing.length === 0 && hasLexicon) return 0;

  onPlaces(0, 1);
  const all = readDataset().map(({ collection, records }) => {
    return { collection, records: [...records] };
  });
  const categories = categoriesFor(all.flatMap(({ records }) => records));
  if (!hasLexicon) {
    await putLexicon(api, { categories, regions: regions(), fingerprint: mark });
  }
  const sets = all.filter(({ collection }) => missing.includes(collection));
  const total = sets.reduce((sum, { records }) => sum + records.length, 0);
  let sent = 0;
  for (const { collection, records } of sets) {
    const { id, ...fields } = collection;
    await upload(api, {
      collection: id,
      request: { mode: "replace", fingerprint: mark, metadata: fields },
      batches: reported(batchesOf([{ path: id, places: inOrder(records) }]), (places) => {
        sent += places;
        onPlaces(sent, total);
      }),
      tally: new Tally(({ line, reason }) => {
        throw new Error(`${id}, record ${line}: ${reason}`);
      }),
      budget,
      onPhase: () => {},
    });
  }
  await keepUp(api);
  return total;
}

/** Those collections that do not hold this very data, all of it. */
async function outdated(api: AdminApi, mark: string) {
  const there = await Promise.all(
    collections.map(({ id }) => api.find(CollectionDetails, `/collections/${id}`)),
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

async function* reported(
  batches: AsyncIterable<Batch>,
  onSent: (places: number) => void,
): AsyncGenerator<Batch> {
  for await (const batch of batches) {
    yield batch;
    // The next one is asked for when this one is on its way.
    onSent(batch.records.length);
  }
}
