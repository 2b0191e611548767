import * as z from "zod";
import type { PlaceStore } from "./place-store.ts";
import { PlaceView, RecordView, viewPlace, viewRecord } from "./place-view.ts";

/** Everything that is known of one place, and whose data it is. */
export const FullPlace = PlaceView.extend({
  ...RecordView.shape,
  attribution: z.string(),
  license: z.string(),
  as_of: z.string().describe("The date of the data"),
});
export type FullPlace = z.infer<typeof FullPlace>;

/** Reads a place by its public id, `<collection>:<source id>`; undefined if there is none. */
export async function readPlace(places: PlaceStore, id: string): Promise<FullPlace | undefined> {
  const colon = id.indexOf(":");
  if (colon < 1) return undefined;
  const found = await places.find(id.slice(0, colon), id.slice(colon + 1));
  if (!found) return undefined;
  const { row, directory } = found;
  const record = await places.record(row, directory);
  const { attribution, license, asOf } = directory.collections.get(row.collection)!;
  return {
    ...viewPlace(row, directory),
    ...(record && viewRecord(record)),
    attribution,
    license,
    as_of: asOf,
  };
}
