import { bytesToHeader, Compression, PMTiles, TileType } from "pmtiles";
import { CallerError, Conflict } from "../errors.ts";
import type { BasemapState } from "../imports/contract.ts";
import { IF_NEW } from "../records/bucket.ts";
import { BASEMAP, beginsArchive } from "./archive.ts";

/** How the Worker can read what is packed. */
const KNOWN: readonly Compression[] = [Compression.None, Compression.Gzip];

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
 * @throws CallerError if it is none that maps can be served from; Conflict if the one that is there is not ours, or somebody
 *   else puts one
 */
export async function storeBasemap(
  bucket: R2Bucket,
  archive: ArrayBuffer,
  recipe: string,
): Promise<void> {
  await check(archive);
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

/** @throws CallerError if maps cannot be served from an archive of these bytes */
async function check(bytes: ArrayBuffer): Promise<void> {
  if (!beginsArchive(bytes)) {
    throw new CallerError("The body is no PMTiles archive of version 3.");
  }
  const header = bytesToHeader(bytes, "");
  if (header.tileType !== TileType.Mvt) {
    throw new CallerError("The archive has no vector tiles (MVT): the map draws no others.");
  }
  if (![header.internalCompression, header.tileCompression].every((one) => KNOWN.includes(one))) {
    throw new CallerError("The archive is packed otherwise than by gzip: make it with gzip.");
  }
  const wholeBytes = Math.max(
    header.rootDirectoryOffset + header.rootDirectoryLength,
    header.jsonMetadataOffset + header.jsonMetadataLength,
    header.leafDirectoryOffset + (header.leafDirectoryLength ?? 0),
    header.tileDataOffset + (header.tileDataLength ?? 0),
  );
  if (bytes.byteLength < wholeBytes) {
    throw new CallerError(
      `The archive is cut short: by its header it has ${wholeBytes} bytes, and ${bytes.byteLength} came. Send it whole.`,
    );
  }
  const archive = new PMTiles({
    getKey: () => "",
    getBytes: async (offset, length) => ({ data: bytes.slice(offset, offset + length) }),
  });
  const metadata = await archive.getMetadata().catch(() => undefined);
  if (typeof metadata !== "object" || metadata === null) {
    throw new CallerError("The archive's directory or its metadata cannot be read.");
  }
}
