import * as z from "zod/v4";
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
  attribution: z.string().optional(),
  license: z.string().optional(),
  as_of: z.string().optional().describe("The date of the data"),
  record_missing: z.literal(true).optional().describe("It could not be read in full"),
});
export type FullPlace = z.infer<typeof FullPlace>;

/** Reads a place by its public id; undefined if there is none. */
export async function readPlace(places: PlaceIndex, id: string): Promise<FullPlace | undefined> {
  const parts = parsePlaceId(id);
  const found = parts && (await places.find(parts.collection, parts.sourceId));
  if (!found) return undefined;
  const { row, snapshot } = found;
  const [record] = await places.records([row], snapshot);
  const collection = snapshot.collections.get(row.collection)!;
  const attribution = boundedText(collection.attribution, MOST_CREDIT);
  const license = plainText(collection.license);
  const asOf = plainText(collection.asOf);
  return {
    ...viewPlace(row, snapshot),
    ...(record ? viewRecord(record, snapshot) : { record_missing: true as const }),
    ...(attribution && { attribution }),
    ...(license && { license }),
    ...(asOf && { as_of: asOf }),
  };
}
