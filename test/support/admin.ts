import * as z from "zod/v4";
import { Busy, CallerError, NotFound } from "../../src/errors.ts";
import {
  ChangedMetadata,
  DeletedPlace,
  type Failure,
  ImportStatus,
  ImportStep,
  StagedPart,
  StoredPlace,
  UpkeepStep,
} from "../../src/imports/contract.ts";
import { beginRebuild, type RebuildStep, rebuildStep } from "../../src/imports/rebuild.ts";
import { rebuildingSince } from "../../src/index/write/format.ts";
import type { Stores } from "../../src/index/write/transaction.ts";
import { catalog } from "../../src/mcp/catalog.ts";
import type { Attributes } from "../../src/records/collection-schema.ts";
import type { PlaceRecord } from "../../src/records/place.ts";
import { Patience } from "../../src/stores/patience.ts";
import { patientBucket, patientDatabase } from "../../src/stores/patient-stores.ts";
import { appWith } from "./app.ts";
import type { Fetch } from "./client.ts";
import { metadata } from "./engine.ts";
import { STORES } from "./stores.ts";

const TOKEN = "a secret of some length";

/** What the admin API answers: what the contract says if it is a success, else why it refuses. */
export interface Answer<Body = object> {
  readonly status: number;
  readonly body: Partial<Body & z.infer<typeof Failure>>;
}

type Mode = "merge" | "replace";
type Parts = readonly (readonly PlaceRecord[])[];

export const isOk = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** Somebody with the admin token, at the front door. */
export class Admin {
  readonly fetch: Fetch;
  /** What the server that answers has. */
  readonly stores: Stores;
  readonly #patient: Stores;

  constructor(stores: Stores = STORES, settings: Readonly<Record<string, string>> = {}) {
    this.stores = stores;
    const { database, bucket } = stores;
    const bindings = { PLACES_DB: database, PLACES_BUCKET: bucket, ADMIN_TOKEN: TOKEN };
    const patience = new Patience({ count: () => {} });
    this.#patient = {
      database: patientDatabase(database, patience),
      bucket: patientBucket(bucket, patience),
    };
    this.fetch = appWith(catalog, { ...bindings, ...settings });
  }

  /** @param body JSON, or text or bytes as they are */
  async call<Schema extends z.ZodType>(
    method: string,
    path: string,
    body?: unknown,
    schema: Schema = z.looseObject({}) as never,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<z.output<Schema>>> {
    const isRaw = typeof body === "string" || body instanceof Uint8Array;
    const init = {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, ...headers },
      ...(body !== undefined && { body: isRaw ? (body as BodyInit) : JSON.stringify(body) }),
    };
    const response = await this.fetch(new Request(`https://hereabouts.example/admin${path}`, init));
    const answer = await response.json();
    return {
      status: response.status,
      body: (response.ok ? schema.parse(answer) : answer) as never,
    };
  }

  putPlace(collection: string, { sourceId, ...rest }: PlaceRecord) {
    return this.call("PUT", placePath(collection, sourceId), rest, StoredPlace);
  }

  deletePlace(collection: string, sourceId: string) {
    return this.call("DELETE", placePath(collection, sourceId), undefined, DeletedPlace);
  }

  changeTitle(collection: string, title: string) {
    return this.call("PATCH", `/collections/${collection}`, { title }, ChangedMetadata);
  }

  startImport(
    collection: string,
    mode: Mode = "merge",
    attributes: Attributes = {},
    fingerprint: string = crypto.randomUUID(),
  ) {
    const { id, ...rest } = metadata(collection, attributes);
    const request = { mode, fingerprint, metadata: rest };
    return this.call("POST", `/collections/${id}/imports`, request, ImportStatus);
  }

  sendPart(collection: string, number: number, part: number, records: readonly PlaceRecord[]) {
    const lines = records.map((record) => JSON.stringify(record)).join("\n");
    return this.call("PUT", `${importPath(collection, number)}/parts/${part}`, lines, StagedPart);
  }

  /** An import that is there but for its finish; its number. */
  async bringParts(collection: string, parts: Parts, mode?: Mode): Promise<number> {
    const { number } = required(await this.startImport(collection, mode)).body;
    const refusal = await this.#sendParts(collection, number!, parts);
    if (refusal) required(refusal);
    return number!;
  }

  finishOnce(collection: string, number: number, parts: number) {
    return this.call("POST", `${importPath(collection, number)}/finish`, { parts }, ImportStep);
  }

  abortOnce(collection: string, number: number) {
    return this.call("DELETE", importPath(collection, number), undefined, ImportStep);
  }

  deleteOnce(collection: string) {
    return this.call("DELETE", `/collections/${collection}`, undefined, ImportStep);
  }

  /** All the steps, up to the last or to one that fails. */
  finish(collection: string, number: number, parts: number) {
    return toTheEnd(() => this.finishOnce(collection, number, parts));
  }

  abort(collection: string, number: number) {
    return toTheEnd(() => this.abortOnce(collection, number));
  }

  deleteCollection(collection: string) {
    return toTheEnd(() => this.deleteOnce(collection));
  }

  keepUp() {
    return this.call("POST", "/upkeep", {}, UpkeepStep);
  }

  /** A step of a rebuild, as its task takes it. Where none is under way, its beginning is one. */
  async rebuildOnce(restart: boolean): Promise<Answer<RebuildStep>> {
    try {
      const since = await rebuildingSince(this.#patient.database.withSession("first-primary"));
      if (!restart && since !== null)
        return { status: 200, body: await rebuildStep(this.#patient) };
      await beginRebuild(this.#patient, restart);
      return { status: 200, body: { done: false, progress: 0, lost: [] } };
    } catch (error) {
      return { status: statusOf(error), body: { error: String(error) } };
    }
  }

  /** The whole index from the records, whatever was under way. */
  async rebuild(): Promise<void> {
    await beginRebuild(this.#patient, true);
    while (!(await rebuildStep(this.#patient)).done);
  }

  /** A whole import; the first answer that refuses it, or the last one. */
  async importParts(
    collection: string,
    parts: Parts,
    mode?: Mode,
    attributes?: Attributes,
  ): Promise<Answer> {
    const started = await this.startImport(collection, mode, attributes);
    if (!isOk(started)) return started;
    const number = started.body.number!;
    const refusal = await this.#sendParts(collection, number, parts);
    return refusal ?? this.finish(collection, number, parts.length);
  }

  /** The first answer that refuses a part. */
  async #sendParts(collection: string, number: number, parts: Parts): Promise<Answer | undefined> {
    for (const [part, records] of parts.entries()) {
      const sent = await this.sendPart(collection, number, part, records);
      if (!isOk(sent)) return sent;
    }
    return undefined;
  }
}

/** As the front door answers. */
function statusOf(error: unknown): number {
  if (!(error instanceof CallerError)) return 500;
  if (error instanceof NotFound) return 404;
  return error instanceof Busy ? 503 : 409;
}

/** What a test needs to begin with. */
export function required<Body>(answer: Answer<Body>): Answer<Body> {
  if (isOk(answer)) return answer;
  throw new Error(`${answer.status} ${answer.body.error}`);
}

async function toTheEnd<Body extends { done: boolean }>(
  step: () => Promise<Answer<Body>>,
): Promise<Answer<Body>> {
  for (;;) {
    const answer = await step();
    if (!isOk(answer) || answer.body.done) return answer;
  }
}

const importPath = (collection: string, number: number): string =>
  `/collections/${collection}/imports/${number}`;
const placePath = (collection: string, sourceId: string): string =>
  `/collections/${collection}/places/${encodeURIComponent(sourceId)}`;
