import type { TaskFiles } from "../contract.ts";

const FILES = "tasks/";
const MOST_KEYS_DELETED = 1_000;

/** In a unit of the cost. */
const BYTES_A_UNIT = 1_024;

/** The files of a task, in the bucket under its id. */
export class StoredFiles implements TaskFiles {
  readonly #bucket: R2Bucket;
  readonly #folder: string;
  readonly #putsInto: string;
  #bytesPut = 0;

  /** @param putsInto the folder within the task's for what is put: each try of a chunk has one of its own */
  constructor(bucket: R2Bucket, task: string, putsInto = "") {
    this.#bucket = bucket;
    this.#folder = `${FILES}${task}/`;
    this.#putsInto = putsInto;
  }

  async put(name: string, body: Parameters<TaskFiles["put"]>[1]): Promise<string> {
    const put = this.#putsInto + name;
    const { size } = await this.#bucket.put(this.#folder + put, body, {});
    this.#bytesPut += size;
    return put;
  }

  /** What the files that were put cost. */
  get cost(): number {
    return Math.floor(this.#bytesPut / BYTES_A_UNIT);
  }

  async get(name: string): Promise<R2ObjectBody> {
    const object = await this.#bucket.get(this.#folder + name);
    if (!object) throw new Error(`The task has no file ${name}`);
    return object;
  }

  /** How many bytes each file has. */
  async sizes(): Promise<ReadonlyMap<string, number>> {
    const sizes = new Map<string, number>();
    for (let cursor: string | undefined, isMore = true; isMore; ) {
      const listed = await this.#bucket.list({ prefix: this.#folder, ...(cursor && { cursor }) });
      for (const { key, size } of listed.objects) sizes.set(key.slice(this.#folder.length), size);
      isMore = listed.truncated;
      cursor = listed.truncated ? listed.cursor : undefined;
    }
    return sizes;
  }

  /**
   * Some files, one after the other.
   *
   * @param bytes of all of them: what breaks off before does not look whole
   */
  read(names: readonly string[], bytes: number): ReadableStream<Uint8Array> {
    const { readable, writable } = new FixedLengthStream(bytes);
    const copy = async () => {
      for (const name of names) {
        const { body } = await this.get(name);
        await body.pipeTo(writable, { preventClose: true, preventAbort: true });
      }
      await writable.close();
    };
    // Whoever reads learns of it.
    copy().catch((error) => writable.abort(error).catch(() => {}));
    return readable;
  }

  async deleteAll(but: ReadonlySet<string> = new Set()): Promise<void> {
    const names = [...(await this.sizes()).keys()].filter((name) => !but.has(name));
    for (let at = 0; at < names.length; at += MOST_KEYS_DELETED) {
      const some = names.slice(at, at + MOST_KEYS_DELETED);
      await this.#bucket.delete(some.map((name) => this.#folder + name));
    }
  }
}

/**
 * Deletes files that lie there for no task: a process that was cut off may have put them when its task had ended.
 *
 * @param ttlMs how long results are kept: few files that are older are of use
 * @param isKept whether a task may still need its files
 */
export async function removeOrphans(
  bucket: R2Bucket,
  ttlMs: number,
  isKept: (task: string) => Promise<boolean>,
): Promise<void> {
  const beforeMs = Date.now() - ttlMs;
  const kept = new Map<string, boolean>();
  for (let cursor: string | undefined, isMore = true; isMore; ) {
    const listed = await bucket.list({ prefix: FILES, ...(cursor && { cursor }) });
    const orphans: string[] = [];
    for (const { key, uploaded } of listed.objects) {
      if (uploaded.getTime() >= beforeMs) continue;
      const task = key.slice(FILES.length).split("/")[0]!;
      if (!kept.has(task)) kept.set(task, await isKept(task));
      if (!kept.get(task)) orphans.push(key);
    }
    if (orphans.length > 0) await bucket.delete(orphans);
    isMore = listed.truncated;
    cursor = listed.truncated ? listed.cursor : undefined;
  }
}
