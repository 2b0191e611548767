import { sha256Hex } from "../digest.ts";
import { NotFound } from "../errors.ts";

/** A file that a caller has brought for a task, as it came. */
export interface TaskInput {
  /** Its key and version in the bucket: its content never changes. */
  readonly key: string;
  readonly version: string;
  readonly bytes: number;
}

/** Of a file, unpacked: no task reads more. */
export const MOST_UNPACKED_BYTES = 64 * 1024 * 1024;
/** Of a file, unpacked: before there is a task no more is read, in the request. */
export const MOST_GLANCED_BYTES = 8 * 1024 * 1024;
/** What gzip makes of the most regular bytes (zlib's technical details, "maximum compression factor"). */
const MOST_PACKED = 1_032;

/** How much there is to read of a file at most, packed or not. */
export function mostBytesOf({ bytes }: Pick<TaskInput, "bytes">): number {
  return Math.min(MOST_UNPACKED_BYTES, MOST_PACKED * bytes);
}

/** What whoever has brought an input is told. */
export interface TakenInput {
  /** Unguessable: of an input that nobody has signed in for, it is the key. */
  readonly id: string;
  readonly bytes: number;
  readonly expiresAtMs: number;
}

const FOLDER = "task-inputs/";
const ID_BYTES = 24;
const ID = /^[\w-]{32}$/;
const MOST_KEYS_DELETED = 1_000;

/** The words are the same whatever is wrong with an id, so that nobody learns which ones there are. */
const UNKNOWN =
  '"input": there is no such input. POST the file to /mcp/inputs, and pass the id of the answer before it expires.';

/**
 * The inputs of one caller. An input belongs to the subject that has brought it; one that nobody has signed in for, to
 * whoever holds its id. Where it belongs is kept as a digest, beside it.
 */
export class TaskInputs {
  readonly #bucket: R2Bucket;
  readonly #subject: string | undefined;

  constructor(bucket: R2Bucket, subject: string | undefined) {
    this.#bucket = bucket;
    this.#subject = subject;
  }

  /** @param expiresAtMs until when a task that reads it may be handed in */
  async take(body: ArrayBuffer, expiresAtMs: number): Promise<TakenInput> {
    const id = Buffer.from(crypto.getRandomValues(new Uint8Array(ID_BYTES))).toString("base64url");
    const owner = await this.#owner();
    const customMetadata = { expires: String(expiresAtMs), ...(owner && { owner }) };
    const { size } = await this.#bucket.put(FOLDER + id, body, { customMetadata });
    return { id, bytes: size, expiresAtMs };
  }

  /**
   * For `plan`. What a chunk needs of the answer goes with the chunk: a task that was planned in time reads its input to the
   * end.
   *
   * @throws NotFound if the input is unknown, expired or another's
   */
  async find(id: string): Promise<TaskInput> {
    const object = ID.test(id) ? await this.#bucket.head(FOLDER + id) : null;
    const { owner, expires } = object?.customMetadata ?? {};
    const isOwn = owner === undefined || owner === (await this.#owner());
    if (!object || !isOwn || Number(expires) <= Date.now()) throw new NotFound(UNKNOWN);
    return { key: object.key, version: object.version, bytes: object.size };
  }

  async #owner(): Promise<string | undefined> {
    return this.#subject === undefined ? undefined : sha256Hex(`task input of ${this.#subject}`);
  }
}

/**
 * Deletes inputs that have expired so long ago that no task reads them any more, and tells how many.
 *
 * @param longestTaskMs how long a task may take that was planned just before its input expired
 */
export async function sweepInputs(bucket: R2Bucket, longestTaskMs: number): Promise<number> {
  const before = Date.now() - longestTaskMs;
  let swept = 0;
  for (let cursor: string | undefined, isMore = true; isMore; ) {
    const page = await bucket.list({
      prefix: FOLDER,
      include: ["customMetadata"],
      limit: MOST_KEYS_DELETED,
      ...(cursor !== undefined && { cursor }),
    });
    const over = page.objects.filter(({ customMetadata }) => {
      return !(Number(customMetadata?.expires) > before);
    });
    if (over.length > 0) await bucket.delete(over.map(({ key }) => key));
    swept += over.length;
    isMore = page.truncated;
    cursor = page.truncated ? page.cursor : undefined;
  }
  return swept;
}
