import { gunzipSync } from "node:zlib";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type * as z from "zod";
import { sha256Hex } from "../../digest.ts";
import { CallerError, NotFound } from "../../errors.ts";
import { abortStep } from "../../imports/abort.ts";
import { deletePlace, putPlace } from "../../imports/edits.ts";
import { finishStep } from "../../imports/finish.ts";
import { latestReports } from "../../imports/inbox/report.ts";
import {
  currentImport,
  importStatus,
  notIndexed,
  type Stores,
  startImport,
  takePart,
} from "../../imports/job.ts";
import { isRebuildNeeded, rebuildStep } from "../../imports/rebuild.ts";
import { relabel } from "../../imports/relabel.ts";
import { findCollection, labelOf, requireCollection } from "../../index/write/collections.ts";
import { lexiconFingerprint, putLexicon } from "../../index/write/lexicon.ts";
import {
  CollectionId,
  ImportRequest,
  LabelFields,
  LexiconRequest,
  PlaceRecordSchema,
  SourceId,
} from "../../records/collection-schema.ts";
import { readManifest } from "../../records/log.ts";
import type { Deployment } from "../../services.ts";

type App = { Bindings: Deployment };
type Asked = Context<App>;

const MOST_BYTES = 16 * 1024 * 1024;
const MOST_PARTS = 1_000_000;

/** What changes the data: imports, single places, collections, the words, and the making anew of the index. */
export const adminRoutes = new Hono<App>({ strict: false })
  .use(
    bodyLimit({
      maxSize: MOST_BYTES,
      onError: (c) => c.json({ error: `A request may have at most ${MOST_BYTES} bytes.` }, 413),
    }),
  )
  .get("/collections", async (c) => {
    const collections = await c.env.services.places.collections();
    return c.json({ collections });
  })
  .get("/collections/:id", showCollection)
  .patch("/collections/:id", async (c) => {
    const changes = parse(LabelFields.omit({ attributes: true }).partial(), await json(c));
    return c.json(await relabel(storesOf(c), id(c), changes));
  })
  .delete("/collections/:id", deleteCollection)
  .get("/collections/:id/imports", listImports)
  .post("/collections/:id/imports", async (c) => {
    const { label, ...request } = parse(ImportRequest, await json(c));
    const status = await startImport(storesOf(c), { ...request, label: { ...label, id: id(c) } });
    return c.json(status);
  })
  .get("/collections/:id/imports/:number", async (c) => {
    return c.json(await importStatus(storesOf(c), id(c), number(c, "number")));
  })
  .put("/collections/:id/imports/:number/parts/:part", async (c) => {
    const text = await bodyText(c);
    const [importNumber, part] = [number(c, "number"), number(c, "part")];
    const digest = await sha256Hex(text);
    return c.json(await takePart(storesOf(c), id(c), importNumber, part, text, digest));
  })
  .post("/collections/:id/imports/:number/finish", async (c) => {
    const { parts } = (await json(c)) as { parts?: unknown };
    if (!Number.isSafeInteger(parts) || Number(parts) < 0 || Number(parts) > MOST_PARTS) {
      throw new CallerError('Pass "parts": how many parts the import has.');
    }
    return c.json(await finishStep(storesOf(c), id(c), number(c, "number"), Number(parts)));
  })
  .delete("/collections/:id/imports/:number", async (c) => {
    return c.json(await abortStep(storesOf(c), id(c), number(c, "number")));
  })
  .put("/collections/:id/places/:sourceId", async (c) => {
    const body = { ...((await json(c)) as object), sourceId: c.req.param("sourceId") };
    const record = parse(PlaceRecordSchema, body);
    const { created, ...rest } = await putPlace(storesOf(c), id(c), record);
    return c.json({ sourceId: record.sourceId, created, ...rest }, created ? 201 : 200);
  })
  .post("/collections/:id/places", async (c) => {
    const body = (await json(c)) as object;
    const sourceId = await contentId(body);
    const record = parse(PlaceRecordSchema, { sourceId, ...body });
    const { created, ...rest } = await putPlace(storesOf(c), id(c), record);
    return c.json({ sourceId: record.sourceId, created, ...rest }, created ? 201 : 200);
  })
  .delete("/collections/:id/places/:sourceId", async (c) => {
    const sourceId = parse(SourceId, c.req.param("sourceId"));
    return c.json(await deletePlace(storesOf(c), id(c), sourceId));
  })
  .get("/lexicon", async (c) => c.json({ fingerprint: await lexiconFingerprint(storesOf(c)) }))
  .put("/lexicon", async (c) => {
    const { ifNone, ...lexicon } = parse(LexiconRequest, await json(c));
    return c.json({ fingerprint: await putLexicon(storesOf(c), lexicon, { ifNone }) });
  })
  .get("/rebuild", async (c) => c.json({ needed: await isRebuildNeeded(storesOf(c)) }))
  .post("/rebuild", async (c) => {
    const { restart } = (await json(c)) as { restart?: unknown };
    return c.json(await rebuildStep(storesOf(c), restart === true));
  });

async function showCollection(c: Asked) {
  const stores = storesOf(c);
  const name = id(c);
  const collection = (await c.env.services.places.collections()).find((one) => one.id === name);
  const session = stores.database.withSession("first-primary");
  const { attributes, fingerprint } = await requireCollection(session, name);
  const openImport = await currentImport(stores, name);
  return c.json({
    ...(collection ?? { id: name, places: 0 }),
    attributes: JSON.parse(attributes),
    ...(fingerprint && { fingerprint }),
    ...(openImport && { openImport }),
  });
}

/** The import under way, and what became of the objects of the inbox. */
async function listImports(c: Asked) {
  const stores = storesOf(c);
  const [openImport, inbox] = await Promise.all([
    currentImport(stores, id(c)),
    latestReports(stores.bucket, id(c)),
  ]);
  return c.json({ ...(openImport && { openImport }), inbox });
}

/** A deletion is an import of nothing that replaces all. Of what is not there it is done: the last answer may have got lost. */
async function deleteCollection(c: Asked) {
  // What is meant for a place, but says "..", must not delete the collection: addresses are resolved before they come here.
  if (new URL(c.req.url).pathname.endsWith("/")) throw new NotFound("There is no such place.");
  const stores = storesOf(c);
  const name = id(c);
  const row = await findCollection(stores.database.withSession("first-primary"), name);
  if (!row) {
    if (await readManifest(stores.bucket, name)) throw notIndexed(name);
    return c.json({ done: true, phase: "done", removed: 0, rowsWritten: 0 });
  }
  const start = { mode: "delete", fingerprint: "delete", label: labelOf(row) } as const;
  const status = await startImport(stores, start);
  return c.json(await finishStep(stores, name, status.import, 0));
}

function storesOf({ env }: Asked): Stores {
  return env.stores;
}

function id(c: Asked): string {
  const parsed = CollectionId.safeParse(c.req.param("id"));
  if (parsed.success) return parsed.data;
  throw new CallerError(`The collection's id ${parsed.error.issues[0]!.message}.`);
}

function number(c: Asked, name: string): number {
  const text = c.req.param(name) ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CallerError(`The ${name} in the address must be a whole number.`);
}

async function json(c: Asked): Promise<unknown> {
  const body: unknown = await c.req.json().catch(() => undefined);
  if (typeof body === "object" && body !== null) return body;
  throw new CallerError("Send a JSON object.");
}

/** The body, unpacked: no more than fits, whatever it claims to be. */
async function bodyText(c: Asked): Promise<string> {
  if (c.req.header("content-encoding") !== "gzip") return c.req.text();
  const packed = await c.req.arrayBuffer();
  try {
    return gunzipSync(packed, { maxOutputLength: MOST_BYTES }).toString();
  } catch (error) {
    throw new CallerError(
      error instanceof RangeError
        ? "The unpacked part is too large."
        : "The body is not gzip, or is cut off.",
    );
  }
}

async function contentId(body: object): Promise<string> {
  return `c-${await sha256Hex(JSON.stringify(body), 8)}`;
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join(".") || "body"}: ${message}`);
  throw new CallerError(`The request is not valid: ${faults.join("; ")}.`);
}
