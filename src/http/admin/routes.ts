import { gunzipSync } from "node:zlib";
import { type Context, Hono } from "hono";
import type { Authorized } from "../../access/require-scope.ts";
import { sha256Hex } from "../../digest.ts";
import { CallerError, NotFound } from "../../errors.ts";
import * as api from "../../imports/contract.ts";
import { changeMetadata, deletePlace, putPlace } from "../../imports/edits.ts";
import { abortStep, deleteStep, finishStep } from "../../imports/finish.ts";
import { latestReports } from "../../imports/inbox/report.ts";
import {
  compareRecords,
  currentImport,
  importStatus,
  stageRecords,
  startImport,
} from "../../imports/job.ts";
import { beginRebuild, isRebuildNeeded } from "../../imports/rebuild.ts";
import type { ImportRef } from "../../imports/state.ts";
import { goneFrom } from "../../imports/sweep.ts";
import { metadataOf, requireCollection } from "../../index/write/collections.ts";
import { lexiconFingerprint, putLexicon } from "../../index/write/lexicon.ts";
import type { Stores } from "../../index/write/transaction.ts";
import { upkeepStep } from "../../index/write/upkeep.ts";
import { countRows } from "../../observe/imports.ts";
import { CollectionId } from "../../records/collection-schema.ts";
import { contentId } from "../../records/content-id.ts";
import { PlaceRecordSchema, SourceId } from "../../records/schema.ts";
import { THE_SERVER } from "../../tasks/asker.ts";
import type { TaskView } from "../../tasks/contract.ts";
import rebuild, { type Lost } from "../../tasks/types/rebuild.ts";
import { atMost } from "../body-limit.ts";
import { json, object, parse } from "./body.ts";
import { spendRows } from "./row-budget.ts";

type RequestContext = Context<Authorized>;

const MOST_BYTES = 16 * 1024 * 1024;
const MOST_RECORDS = 10_000;
/** A proxy in between may cut what is silent for longer. */
const LONGEST_LOOK_MS = 20_000;

/** The admin API (src/imports/contract.ts): imports, single places, collections, the lexicon, and the rebuild of the index. */
export const adminRoutes = new Hono<Authorized>({ strict: false })
  .use(atMost(MOST_BYTES))
  .get("/collections", async (c) => {
    const collections = await c.env.services.places.collections();
    return c.json({ collections } satisfies api.Collections);
  })
  .get("/collections/:id", showCollection)
  .patch("/collections/:id", async (c) => {
    const changes = await json(c, api.MetadataRequest);
    const changed = await changeMetadata(storesOf(c), id(c), changes);
    return c.json(changed satisfies api.ChangedMetadata);
  })
  .delete("/collections/:id", async (c) => {
    // The URL parser turns "…/shops/places/.." into "…/shops/": whoever sent that did not mean to delete the collection.
    if (new URL(c.req.url).pathname.endsWith("/")) throw new NotFound("There is no such place.");
    return c.json((await deleteStep(storesOf(c), id(c))) satisfies api.ImportStep);
  })
  .get("/collections/:id/imports", async (c) => {
    const [openImport, inbox] = await Promise.all([
      currentImport(storesOf(c), id(c)),
      latestReports(storesOf(c).bucket, id(c)),
    ]);
    return c.json({ ...(openImport && { openImport }), inbox } satisfies api.Imports);
  })
  .post("/collections/:id/imports", async (c) => {
    const { metadata, ...request } = await json(c, api.ImportRequest);
    const start = { ...request, metadata: { ...metadata, id: id(c) } };
    return c.json((await startImport(storesOf(c), start)) satisfies api.ImportStatus);
  })
  .get("/collections/:id/imports/:number", async (c) => {
    return c.json((await importStatus(storesOf(c), importRef(c))) satisfies api.ImportStatus);
  })
  .post("/collections/:id/compare", async (c) => {
    const values = valuesOf(await bodyText(c));
    return c.json((await compareRecords(storesOf(c), id(c), values)) satisfies api.Comparison);
  })
  .put("/collections/:id/imports/:number/parts/:part", async (c) => {
    const text = await bodyText(c);
    const into = importRef(c);
    const part = { part: number(c, "part"), digest: await sha256Hex(text) };
    const values = valuesOf(text);
    const staged = await spendRows(c.env, c.get("principal"), {
      id: `${into.collection} ${into.number} ${part.part} ${part.digest}`,
      amount: values.length,
      run: () => stageRecords(storesOf(c), into, part, values),
      // Sent again, a part is answered as before, but writes nothing.
      usedBy: ({ counts, rowsWritten }) => (rowsWritten > 0 ? counts.stored + counts.updated : 0),
    });
    const { counts, rejected, rowsWritten } = staged;
    // A part that comes again writes nothing.
    if (rowsWritten > 0) countRows(c.env.metrics, { counts, skipped: rejected.length });
    return c.json(staged satisfies api.StagedPart);
  })
  .get("/collections/:id/imports/:number/gone/:bucket", async (c) => {
    const gone = await goneFrom(storesOf(c), importRef(c), number(c, "bucket"));
    return c.json(gone satisfies api.Gone);
  })
  .post("/collections/:id/imports/:number/finish", async (c) => {
    const { parts } = await json(c, api.FinishRequest);
    const step = await finishStep(storesOf(c), importRef(c), parts);
    return c.json(countEnd(c, step, "finished") satisfies api.ImportStep);
  })
  .delete("/collections/:id/imports/:number", async (c) => {
    const step = await abortStep(storesOf(c), importRef(c));
    return c.json(countEnd(c, step, "aborted") satisfies api.ImportStep);
  })
  .get("/collections/:id/places", async (c) => {
    return c.json((await placesPage(c)) satisfies api.PlacesPage);
  })
  .put("/collections/:id/places/:sourceId", async (c) => {
    return storePlace(c, { ...(await object(c)), sourceId: c.req.param("sourceId") });
  })
  .post("/collections/:id/places", async (c) => {
    const place = await object(c);
    return storePlace(c, "sourceId" in place ? place : { ...place, sourceId: contentIdOf(place) });
  })
  .delete("/collections/:id/places/:sourceId", async (c) => {
    const sourceId = parse(SourceId, c.req.param("sourceId"));
    return c.json((await deletePlace(storesOf(c), id(c), sourceId)) satisfies api.DeletedPlace);
  })
  .get("/lexicon", async (c) => {
    const fingerprint = await lexiconFingerprint(storesOf(c));
    return c.json({ fingerprint } satisfies api.LexiconState);
  })
  .put("/lexicon", async (c) => {
    const { ifNone, ...lexicon } = await json(c, api.LexiconRequest);
    const fingerprint = await putLexicon(storesOf(c), lexicon, { ifNone });
    return c.json({ fingerprint } satisfies api.LexiconState);
  })
  .post("/upkeep", async (c) => {
    return c.json({ done: await upkeepStep(storesOf(c)) } satisfies api.UpkeepStep);
  })
  .get("/rebuild", async (c) => {
    return c.json({ needed: await isRebuildNeeded(storesOf(c)) } satisfies api.RebuildState);
  })
  .post("/rebuild", async (c) => {
    const { restart } = await json(c, api.RebuildRequest);
    const since = await beginRebuild(storesOf(c), restart);
    const { tasks } = c.env.services;
    return c.json(rebuildOf(await tasks.submitOwn({ type: rebuild.name, data: { since } })));
  })
  .get("/rebuild/:task", async (c) => {
    const after = Number(c.req.query("after") ?? -1);
    const untilMs = Date.now() + LONGEST_LOOK_MS;
    const { tasks } = c.env.services;
    const view = await tasks.change(c.req.param("task"), THE_SERVER, { after, untilMs });
    if (view.type !== rebuild.name) throw new NotFound("There is no such rebuild.");
    return c.json(rebuildOf(view));
  });

function rebuildOf({
  id,
  state,
  progress,
  revision,
  reason,
  result,
}: TaskView): api.RebuildProgress {
  const { lost, more } = (result ?? {}) as Partial<Lost>;
  return {
    task: id,
    state,
    percent: progress.done,
    revision,
    ...(reason !== undefined && { reason }),
    ...(lost && more !== undefined && { lost, moreLost: more }),
  };
}

/** Counts an import's last step. If it comes again it writes nothing. */
function countEnd(
  c: RequestContext,
  step: api.ImportStep,
  state: "finished" | "aborted",
): api.ImportStep {
  if (step.done && step.rowsWritten > 0) {
    c.env.metrics.count("hereabouts_imports_total", { state });
  }
  return step;
}

async function showCollection(c: RequestContext) {
  const session = storesOf(c).database.withSession("first-primary");
  const row = await requireCollection(session, id(c));
  const collections = await c.env.services.places.collections();
  const loaded = collections.find((one) => one.id === row.name);
  const openImport = await currentImport(storesOf(c), row.name);
  return c.json({
    ...metadataOf(row),
    places: row.places,
    categories: loaded?.categories ?? [],
    ...(loaded && { loadedAt: loaded.loadedAt }),
    ...(row.fingerprint !== null && { fingerprint: row.fingerprint }),
    ...(openImport && { openImport }),
    lost: JSON.parse(row.lost),
  } satisfies api.CollectionDetails);
}

const PLACES_A_PAGE = 500;

async function placesPage(c: RequestContext): Promise<api.PlacesPage> {
  const session = storesOf(c).database.withSession("first-primary");
  const { name } = await requireCollection(session, id(c));
  const { places } = c.env.services;
  const after = c.req.query("after") ?? "";
  const { rows, snapshot } = await places.page(name, { after, most: PLACES_A_PAGE });
  const records = (await places.records(rows, snapshot)).filter((record) => record !== undefined);
  const isLast = rows.length < PLACES_A_PAGE;
  return {
    places: records.map((record) => ({ ...record })),
    lost: rows.length - records.length,
    ...(!isLast && { next: rows.at(-1)!.source_id }),
  };
}

async function storePlace(c: RequestContext, value: unknown) {
  const record = parse(PlaceRecordSchema, value);
  const stored = await spendRows(c.env, c.get("principal"), {
    id: crypto.randomUUID(),
    amount: 1,
    run: () => putPlace(storesOf(c), id(c), record),
    usedBy: ({ rowsWritten }) => (rowsWritten > 0 ? 1 : 0),
  });
  const answer = { sourceId: record.sourceId, ...stored } satisfies api.StoredPlace;
  return c.json(answer, stored.created ? 201 : 200);
}

function storesOf({ env }: RequestContext): Stores {
  return env.stores;
}

function id(c: RequestContext): string {
  const parsed = CollectionId.safeParse(c.req.param("id"));
  if (parsed.success) return parsed.data;
  throw new CallerError(`The collection's id ${parsed.error.issues[0]!.message}.`);
}

function importRef(c: RequestContext): ImportRef {
  return { collection: id(c), number: number(c, "number") };
}

function number(c: RequestContext, name: string): number {
  const text = c.req.param(name) ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CallerError(`The ${name} in the address must be a whole number.`);
}

/** The body as text, unpacked. It is bounded whatever it claims to be. */
async function bodyText(c: RequestContext): Promise<string> {
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

/** What the lines of a part say that are not blank; undefined for one that is not JSON. */
function valuesOf(text: string): unknown[] {
  const lines = text.split("\n").filter((line) => line.trim());
  if (lines.length <= MOST_RECORDS) return lines.map(parseJson);
  throw new CallerError(
    `A part may have at most ${MOST_RECORDS} records, but has ${lines.length}.`,
  );
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The id that the place would have if it came from a file without ids. */
function contentIdOf(place: object): string {
  const { name, latitude, longitude } = parse(PlaceRecordSchema, {
    ...place,
    sourceId: "none",
  });
  return contentId(name, latitude, longitude);
}
