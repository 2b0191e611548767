import type { Stores } from "../../src/imports/job.ts";
import { catalog } from "../../src/mcp/catalog.ts";
import type { Attributes } from "../../src/records/collection-schema.ts";
import type { PlaceRecord } from "../../src/records/place.ts";
import { appWith } from "./app.ts";
import type { Fetch } from "./client.ts";
import { label } from "./engine.ts";
import { STORES } from "./stores.ts";

const TOKEN = "a secret of some length";

export interface Answer {
  readonly status: number;
  readonly body: {
    readonly error?: string;
    readonly done?: boolean;
    readonly import?: number;
    readonly rejected?: readonly { readonly index: number; readonly reason: string }[];
  };
}

export const isOk = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** Somebody with the admin token, at the front door. */
export class Admin {
  readonly #fetch: Fetch;

  constructor({ database, bucket }: Stores = STORES) {
    const bindings = { PLACES_DB: database, PLACES_BUCKET: bucket, ADMIN_TOKEN: TOKEN };
    this.#fetch = appWith(catalog, bindings);
  }

  /** @param body JSON, or text as it is */
  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const init = { method, headers, ...(body !== undefined && { body: text }) };
    const response = await this.#fetch(
      new Request(`https://hereabouts.example/admin${path}`, init),
    );
    return { status: response.status, body: await response.json() };
  }

  putPlace(collection: string, { sourceId, ...rest }: PlaceRecord): Promise<Answer> {
    return this.call("PUT", placePath(collection, sourceId), rest);
  }

  deletePlace(collection: string, sourceId: string): Promise<Answer> {
    return this.call("DELETE", placePath(collection, sourceId));
  }

  relabel(collection: string, title: string): Promise<Answer> {
    return this.call("PATCH", `/collections/${collection}`, { title });
  }

  startImport(
    collection: string,
    mode: "merge" | "replace" = "merge",
    attributes: Attributes = {},
    fingerprint: string = crypto.randomUUID(),
  ): Promise<Answer> {
    const { id, ...rest } = label(collection, attributes);
    return this.call("POST", `/collections/${id}/imports`, { mode, fingerprint, label: rest });
  }

  sendPart(
    collection: string,
    number: number,
    part: number,
    records: readonly PlaceRecord[],
  ): Promise<Answer> {
    const lines = records.map((record) => JSON.stringify(record)).join("\n");
    return this.call("PUT", `${importPath(collection, number)}/parts/${part}`, lines);
  }

  /** An import that is there but for its finish; its number. */
  async bringParts(
    collection: string,
    parts: readonly (readonly PlaceRecord[])[],
    mode?: "merge" | "replace",
  ): Promise<number> {
    const started = await this.startImport(collection, mode);
    const number = required(started).body.import!;
    const refusal = await this.#sendParts(collection, number, parts);
    if (refusal) required(refusal);
    return number;
  }

  finishOnce(collection: string, number: number, parts: number): Promise<Answer> {
    return this.call("POST", `${importPath(collection, number)}/finish`, { parts });
  }

  abortOnce(collection: string, number: number): Promise<Answer> {
    return this.call("DELETE", importPath(collection, number));
  }

  deleteOnce(collection: string): Promise<Answer> {
    return this.call("DELETE", `/collections/${collection}`);
  }

  /** All the steps, up to the last or to one that fails. */
  finish(collection: string, number: number, parts: number): Promise<Answer> {
    return toTheEnd(() => this.finishOnce(collection, number, parts));
  }

  abort(collection: string, number: number): Promise<Answer> {
    return toTheEnd(() => this.abortOnce(collection, number));
  }

  deleteCollection(collection: string): Promise<Answer> {
    return toTheEnd(() => this.deleteOnce(collection));
  }

  /** The whole index from the records, whatever was under way. */
  async rebuild(): Promise<void> {
    let restart = true;
    await toTheEnd(async () => {
      const answer = required(await this.call("POST", "/rebuild", { restart }));
      restart = false;
      return answer;
    });
  }

  /** A whole import; the first answer that refuses it, or the last one. */
  async importParts(
    collection: string,
    parts: readonly (readonly PlaceRecord[])[],
    mode?: "merge" | "replace",
    attributes?: Attributes,
  ): Promise<Answer> {
    const started = await this.startImport(collection, mode, attributes);
    if (!isOk(started)) return started;
    const number = started.body.import!;
    const refusal = await this.#sendParts(collection, number, parts);
    return refusal ?? this.finish(collection, number, parts.length);
  }

  /** The first answer that refuses a part. */
  async #sendParts(
    collection: string,
    number: number,
    parts: readonly (readonly PlaceRecord[])[],
  ): Promise<Answer | undefined> {
    for (const [part, records] of parts.entries()) {
      const sent = await this.sendPart(collection, number, part, records);
      if (!isOk(sent)) return sent;
    }
    return undefined;
  }
}

/** What a test needs to begin with. */
export function required(answer: Answer): Answer {
  if (isOk(answer)) return answer;
  throw new Error(`${answer.status} ${answer.body.error}`);
}

async function toTheEnd(step: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await step();
    if (!isOk(answer) || answer.body.done) return answer;
  }
}

const importPath = (collection: string, number: number): string =>
  `/collections/${collection}/imports/${number}`;
const placePath = (collection: string, sourceId: string): string =>
  `/collections/${collection}/places/${encodeURIComponent(sourceId)}`;
