import { PMTiles, ResolvedValueCache, type Source, TileType } from "pmtiles";
import { Busy, NotFound } from "../errors.ts";

/** The name of the archive in the bucket: our own, or what the operator has put in its place. */
export const BASEMAP = "basemap.pmtiles";

/** Zoom, column and row in Web Mercator, from the northwest. */
export interface TileAddress {
  readonly z: number;
  readonly x: number;
  readonly y: number;
}

/** https://github.com/mapbox/tilejson-spec/tree/master/3.0.0 */
interface TileJson {
  readonly tilejson: string;
  readonly tiles: readonly string[];
  readonly minzoom: number;
  readonly maxzoom: number;
  /** West, south, east and north, in degrees. */
  readonly bounds: readonly number[];
  /** Whom the map is to credit, perhaps with links in HTML, as the archive says it. */
  readonly attribution?: string;
  readonly name?: string;
  readonly vector_layers?: unknown;
}

/**
 * So much of an archive is read at first. That is all directories of our own archive, so that each tile takes one read more. Of a
 * large extract it is the root alone: a tile takes two more, unless the leaf directory that lists it is known already.
 */
const BEGINNING_BYTES = 256 * 1024;

/**
 * What an isolate knows of archives, by their etags: data and no promises, so that requests may share it. A directory of an
 * archive of the whole world, with streets, has some megabytes.
 */
const DIRECTORIES = new ResolvedValueCache(16);
let beginning: { readonly etag: string; readonly bytes: ArrayBuffer } | undefined;

/** "PMTiles", and the version of the format. */
const MAGIC = [..."PMTiles"].map((letter) => letter.charCodeAt(0)).concat(3);
const HEADER_BYTES = 127;

/** Whether this may be the beginning of an archive. */
export function beginsArchive(bytes: ArrayBuffer): boolean {
  const magic = new Uint8Array(bytes).subarray(0, MAGIC.length);
  return bytes.byteLength >= HEADER_BYTES && magic.join() === MAGIC.join();
}

/** The archive under this etag is not there any more. */
class Replaced extends Busy {
  constructor() {
    super("The map is being replaced. Try again in a moment.");
  }
}

class NoArchive extends NotFound {
  constructor() {
    super(`There is no map here: ${BASEMAP} is no PMTiles archive of version 3.`);
  }
}

/** The archive as long as it has one etag. Bytes of another one are never taken for its own. */
class Pinned implements Source {
  readonly #bucket: R2Bucket;
  readonly #etag: string;

  constructor(bucket: R2Bucket, etag: string) {
    this.#bucket = bucket;
    this.#etag = etag;
  }

  getKey(): string {
    return this.#etag;
  }

  async getBytes(offset: number, length: number) {
    const etag = this.#etag;
    const end = offset + length;
    if (beginning?.etag === etag && end <= beginning.bytes.byteLength) {
      return { data: beginning.bytes.slice(offset, end), etag };
    }
    const object = await this.#bucket.get(BASEMAP, {
      range: { offset, length: offset === 0 ? Math.max(length, BEGINNING_BYTES) : length },
      onlyIf: { etagMatches: etag },
    });
    if (!object || !("body" in object)) throw new Replaced();
    const data = await object.arrayBuffer();
    if (offset === 0) {
      if (!beginsArchive(data)) throw new NoArchive();
      beginning = { etag, bytes: data };
    }
    return { data, etag };
  }
}

/** The map's tiles, in the bucket. */
export class BasemapArchive {
  readonly #bucket: R2Bucket;

  constructor(bucket: R2Bucket) {
    this.#bucket = bucket;
  }

  /**
   * What a map has to know of the archive that is there now. Its etag is in the addresses of tiles: those of another archive
   * have others.
   *
   * @param address under which the tiles are
   * @throws NotFound if there is no archive of vector tiles
   */
  tileJson(address: string): Promise<TileJson> {
    return this.#newest(async (archive, etag) => {
      const header = await archive.getHeader();
      const metadata = (await archive.getMetadata()) as Readonly<Record<string, unknown>>;
      const { name, attribution, vector_layers } = metadata;
      return {
        tilejson: "3.0.0",
        tiles: [`${address}/{z}/{x}/{y}?v=${etag}`],
        minzoom: header.minZoom,
        maxzoom: header.maxZoom,
        bounds: [header.minLon, header.minLat, header.maxLon, header.maxLat],
        ...(typeof name === "string" && { name }),
        ...(typeof attribution === "string" && { attribution }),
        ...(Array.isArray(vector_layers) && { vector_layers }),
      };
    });
  }

  /**
   * The data of a tile, undefined where the archive has none, and whether it is of the archive that was asked for, so that
   * it never changes.
   *
   * @param etag of the archive that is asked for; without one, or if that one is not there any more: the one that is
   * @throws NotFound if there is no archive of vector tiles
   */
  async tile({ z, x, y }: TileAddress, etag: string | undefined) {
    if (etag !== undefined) {
      try {
        const archive = await this.#pinned(etag);
        const tile = await archive.getZxy(z, x, y);
        return { data: tile?.data, isLasting: true };
      } catch (error) {
        if (!(error instanceof Replaced)) throw error;
      }
    }
    const tile = await this.#newest((archive) => archive.getZxy(z, x, y));
    return { data: tile?.data, isLasting: false };
  }

  /** Reads from the archive that is there now; once more if another one takes its place meanwhile. */
  async #newest<Result>(read: (archive: PMTiles, etag: string) => Promise<Result>) {
    for (let isLast = false; ; isLast = true) {
      const object = await this.#bucket.head(BASEMAP);
      if (!object) throw new NotFound(`There is no map here: ${BASEMAP} is not in the bucket.`);
      // Of an empty object there is no range to read.
      if (object.size === 0) throw new NoArchive();
      try {
        return await read(await this.#pinned(object.etag), object.etag);
      } catch (error) {
        if (isLast || !(error instanceof Replaced)) throw error;
      }
    }
  }

  /** @throws NotFound if that archive has no vector tiles */
  async #pinned(etag: string): Promise<PMTiles> {
    const archive = new PMTiles(new Pinned(this.#bucket, etag), DIRECTORIES);
    const { tileType } = await archive.getHeader();
    if (tileType !== TileType.Mvt) throw new NotFound(`${BASEMAP} has no vector tiles.`);
    return archive;
  }
}
