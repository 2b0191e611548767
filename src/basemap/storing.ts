import { CallerError, Conflict } from "../errors.ts";
import type { BasemapState } from "../imports/contract.ts";
import { IF_NEW } from "../records/bucket.ts";
import { BASEMAP } from "./archive.ts";

/** "PMTiles", and the version of the format. */
const BEGINNING = [..."PMTiles"].map((letter) => letter.charCodeAt(0)).concat(3);

export async function storedBasemap(bucket: R2Bucket): Promise<BasemapState> {
  return viewOf(await bucket.head(BASEMAP));
}

function viewOf(object: R2Object | null): BasemapState {
  const recipe = object?.customMetadata?.recipe;
  return { isThere: object !== null, ...(recipe !== undefined && { recipe }) };
}

/**
 * Puts an archive of our own in the place of the one before it, all at once: tiles that are read meanwhile are of one or the other.
 *
 * @throws CallerError if it is none; Conflict if the one that is there is not ours, or somebody else puts one
 */
export async function storeBasemap(
  bucket: R2Bucket,
  archive: ArrayBuffer,
  recipe: string,
): Promise<void> {
  const beginning = new Uint8Array(archive).subarray(0, BEGINNING.length);
  if (beginning.join() !== BEGINNING.join()) {
    throw new CallerError("The body is no PMTiles archive of version 3.");
  }
  const before = await bucket.head(BASEMAP);
  const { isThere, recipe: known } = viewOf(before);
  if (isThere && known === undefined) {
    throw new Conflict(
      `The ${BASEMAP} in the bucket was not made by this server's commands, so it stays. Delete it there first.`,
    );
  }
  const put = await bucket.put(BASEMAP, archive, {
    customMetadata: { recipe },
    onlyIf: before ? { etagMatches: before.etag } : IF_NEW,
  });
  if (!put) throw new Conflict("Somebody else has just put a map there. Try again.");
}
