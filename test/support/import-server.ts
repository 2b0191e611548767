import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import type * as z from "zod";
import { LexiconRequest } from "../../src/records/collection-schema.ts";
import type { PlaceRecord } from "../../src/records/place.ts";

export const TOKEN = "a secret";

interface Import {
  readonly number: number;
  readonly collection: string;
  readonly mode: string;
  readonly fingerprint: string;
  readonly label: Record<string, unknown>;
  readonly parts: Map<number, string>;
  isOpen: boolean;
}

/** The Worker's import endpoints over a map: what it was sent, and failures on demand. */
export class ImportServer {
  readonly places = new Map<string, Map<string, PlaceRecord>>();
  readonly labels = new Map<string, Record<string, unknown>>();
  readonly imports: Import[] = [];
  readonly requests: string[] = [];
  lexicon: string | null = "there";
  /** What it was taught last. */
  words: z.infer<typeof LexiconRequest> | undefined;
  /** The reports of what was dropped into the bucket for any collection. */
  inbox: readonly object[] = [];
  /** Called before each request is answered: what it returns is the answer's status instead. */
  fail: (request: string, count: number) => number | undefined = () => undefined;
  /** Called when a part is stored. */
  onPart: (parts: number) => unknown = () => {};
  readonly #server = createServer((request, response) => {
    void this.#answer(request)
      .catch((error) => ({ status: 500, body: { error: String(error) } }))
      .then(({ status, body }) => {
        response.writeHead(status, { "Content-Type": "application/json" });
        response.end(JSON.stringify(body));
      });
  });

  async open(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  recordsOf(collection: string): PlaceRecord[] {
    return [...(this.places.get(collection)?.values() ?? [])];
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const isPacked = request.headers["content-encoding"] === "gzip";
    const text = (isPacked ? gunzipSync(bytes) : bytes).toString();
    const line = `${request.method} ${request.url!.replace("/admin", "")}`;
    this.requests.push(line);
    const failure = this.fail(line, this.requests.length);
    if (failure) return { status: failure, body: { error: "A failure on demand." } };
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      return { status: 401, body: { error: "The admin token is missing or wrong." } };
    }
    return this.#route(line, text);
  }

  #route(line: string, text: string): { status: number; body: unknown } {
    const ok = (body: unknown) => ({ status: 200, body });
    const [, method = "", path = ""] = /^(\w+) (.*)$/.exec(line) ?? [];
    const [root, id = "", part, number, sub, index] = path.slice(1).split("/");
    const route = [method, root, part, sub].filter(Boolean).join(" ");
    const current = this.imports.find((one) => one.number === Number(number));
    switch (route) {
      case "GET lexicon":
        return ok({ fingerprint: this.lexicon });
      case "PUT lexicon":
        this.words = LexiconRequest.parse(JSON.parse(text));
        this.lexicon = this.words.fingerprint;
        return ok({ fingerprint: this.lexicon });
      case "GET collections":
        if (!id)
          return ok({ collections: [...this.labels.keys()].map((one) => this.#summary(one)) });
        if (!this.labels.has(id))
          return { status: 404, body: { error: "There is no such collection." } };
        return ok(this.#summary(id));
      case "PATCH collections":
        this.labels.set(id, { ...this.labels.get(id), ...JSON.parse(text) });
        return ok(this.#summary(id));
      case "DELETE collections":
        this.labels.delete(id);
        this.places.delete(id);
        return ok({ done: true });
      case "GET collections imports":
        return ok({ inbox: this.inbox });
      case "POST collections imports":
        return this.#start(id, JSON.parse(text));
      case "PUT collections imports parts":
        return ok(this.#part(current!, Number(index), text));
      case "POST collections imports finish":
        return ok(this.#finish(current!, JSON.parse(text).parts));
      case "DELETE collections imports":
        current!.isOpen = false;
        return ok({ done: true });
      default:
        return { status: 404, body: { error: `No such address: ${line}` } };
    }
  }

  #summary(id: string): object {
    const open = this.imports.find((one) => one.collection === id && one.isOpen);
    const places = this.places.get(id)?.size ?? 0;
    return { id, ...this.labels.get(id), places, ...(open && { openImport: statusOf(open) }) };
  }

  #start(
    collection: string,
    {
      mode,
      fingerprint,
      label,
    }: { mode: string; fingerprint: string; label: Record<string, unknown> },
  ) {
    const open = this.imports.find((one) => one.collection === collection && one.isOpen);
    if (open && open.fingerprint !== fingerprint) {
      return { status: 409, body: { error: "Another import is under way." } };
    }
    const number = this.imports.length + 1;
    const started = {
      number,
      collection,
      mode,
      fingerprint,
      label,
      parts: new Map(),
      isOpen: true,
    };
    if (!open) this.imports.push(started);
    if (!this.labels.has(collection)) this.labels.set(collection, label);
    return { status: 200, body: statusOf(open ?? started) };
  }

  #part(current: Import, index: number, text: string): object {
    current.parts.set(index, text);
    this.onPart(current.parts.size);
    const records = parsed(text);
    const isRefused = ({ name }: PlaceRecord) => name === "Refuse me";
    const rejected = records.flatMap((one, at) =>
      isRefused(one) ? [{ index: at, reason: "it says so" }] : [],
    );
    const stored = records.length - rejected.length;
    const counts = { stored, updated: 0, unchanged: 0 };
    return { part: index, counts, rejected, rowsWritten: 4 * stored };
  }

  /** In two steps, as a bounded work is. */
  #finish(current: Import, parts: number): object {
    for (let index = 0; index < parts; index += 1) {
      if (!current.parts.has(index)) throw new Error(`Part ${index} is missing`);
    }
    if (current.isOpen) {
      current.isOpen = false;
      return { done: false, phase: "switching", removed: 0, rowsWritten: 1 };
    }
    const before = this.places.get(current.collection) ?? new Map<string, PlaceRecord>();
    const after = new Map(current.mode === "replace" ? [] : before);
    for (const index of [...current.parts.keys()].sort((a, b) => a - b)) {
      for (const record of parsed(current.parts.get(index)!)) {
        if (record.name !== "Refuse me") after.set(record.sourceId, record);
      }
    }
    this.places.set(current.collection, after);
    this.labels.set(current.collection, current.label);
    const removed = [...before.keys()].filter((id) => !after.has(id)).length;
    return { done: true, phase: "done", removed, rowsWritten: 1 };
  }
}

function parsed(text: string): PlaceRecord[] {
  return text.split("\n").map((line) => JSON.parse(line));
}

function statusOf({ number, mode, parts, isOpen }: Import): object {
  return {
    ...{ import: number, mode, state: isOpen ? "open" : "done" },
    ...{ partsDone: [...parts.keys()], startedAt: "2026-01-01T00:00:00Z" },
  };
}
