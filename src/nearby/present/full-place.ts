import * as z from "zod";
import type { PlaceIndex } from "../../index/place-index.ts";
import { boundedText, plainText } from "../../text/plain-text.ts";
import {
  MOST_CREDIT,
  PlaceView,
  parsePlaceId,
  RecordView,
  viewPlace,
  viewRecord,
} from "./place-view.ts";

/** Everything that is known of one place, and whose data it is. */
export const FullPlace = PlaceView.extend({
  ...RecordView.shape,
  attribution: z.string(),
  license: z.string(),
  as_of: z.string().describe("The date of the data"),
  record_missing: z.literal(true).optional().describe("The full record could not be read"),
});
export type FullPlace = z.infer<typeof FullPlace>;

/** Reads a place by its public id; undefined if there is none. */
export async function readPlace(places: PlaceIndex, id: string): Promise<FullPlace | undefined> {
  const parts = parsePlaceId(id);
  const found = parts && (await places.find(parts.collection, parts.sourceId));
  if (!found) return undefined;
  const { row, snapshot } = found;
  const [record] = await places.records([row], snapshot);
  const { attribution, license, asOf } = snapshot.collections.get(row.collection)!;
  return {
    ...viewPlace(row, snapshot),
    ...(record ? viewRecord(record) : { record_missing: true as const }),
    attribution: boundedText(attribution, MOST_CREDIT),
    license: plainText(license),
    as_of: plainText(asOf),
  };
}
