import type * as z from "zod/v4";
import type { Caller } from "../../src/caller.ts";
import { CallerError } from "../../src/errors.ts";
import { lookUp } from "../../src/gazetteer/look-up.ts";
import { PlaceIndex } from "../../src/index/place-index.ts";
import type { MatchMode } from "../../src/index/search/query.ts";
import type { Location } from "../../src/location/location.ts";
import { findNearby } from "../../src/nearby/find.ts";
import type { Answer, FoundPlace } from "../../src/nearby/question.ts";
import { openDeployment, type Services } from "../../src/services.ts";
import getNearbyData from "../../src/tools/get-nearby-data.ts";
import { type PlainQuestion, questionOf } from "../support/question.ts";

/** The engine in workerd, on D1 and R2 that hold a real set: the tests ask it over HTTP. */
export interface Engine {
  /** One page; the one behind a cursor, if there is one. */
  nearby(question: PlainQuestion, cursor?: string): Promise<Page>;
  /** The names of the places that a question finds, from their records. */
  names(question: PlainQuestion): Promise<readonly (readonly string[])[]>;
  lookUp(text: string, hint?: { readonly country: string }): Promise<LookedUp>;
  /** What get_nearby_data answers. */
  answer(args: ToolArguments): Promise<Answered>;
  /** What each `near` is understood as, with what it costs D1. */
  locate(asked: readonly Asked[]): Promise<readonly Located[]>;
  /** What a call of get_nearby_data costs D1, in an isolate that has the snapshot. */
  cost(args: ToolArguments): Promise<Cost>;
}

/** As a client gives them. */
export type ToolArguments = Readonly<z.input<typeof getNearbyData.input>>;

export type Answered = z.input<typeof getNearbyData.output>;

export interface Cost {
  readonly roundTrips: number;
  /** As D1 counts them. */
  readonly rowsRead: number;
  /** All parameters together. */
  readonly bytesBound: number;
}

export interface Asked {
  readonly near: string;
  /** What the host says of its user. */
  readonly host?:
    | { readonly country?: string; readonly latitude?: number; readonly longitude?: number }
    | undefined;
}

export interface Located extends Cost {
  readonly location?: Location;
  /** Why there is none, in the words that the model gets. */
  readonly problem?: string;
}

export interface Page {
  readonly places: readonly Told[];
  readonly more: boolean;
  readonly mode: MatchMode;
  readonly beyond?: Told;
  /** Up to where all is known, if not everything was searched. */
  readonly searchedMeters?: number | undefined;
  /** Of the page behind this one. */
  readonly cursor?: string;
}

export interface Told {
  readonly id: string;
  readonly category: string;
  readonly distanceMeters: number;
  readonly key: number;
}

export interface LookedUp {
  readonly kind: Awaited<ReturnType<typeof lookUp>>["kind"];
  readonly rowsRead: number;
  readonly place?: {
    readonly label?: string | undefined;
    readonly note?: string | undefined;
    readonly category: string;
    readonly latitude: number;
    readonly longitude: number;
  };
}

export default {
  async fetch(request: Request, env: Pick<Env, "PLACES_DB" | "PLACES_BUCKET">) {
    const call = new URL(request.url).pathname.slice(1) as keyof Engine;
    const engine = engineOn(env);
    try {
      const given = (await request.json()) as Parameters<Engine[typeof call]>;
      const answer = engine[call] as (...given: unknown[]) => Promise<unknown>;
      return Response.json(await answer(...given));
    } catch (error) {
      return new Response(error instanceof Error ? error.stack : String(error), { status: 500 });
    }
  },
};

function engineOn({ PLACES_DB, PLACES_BUCKET }: Pick<Env, "PLACES_DB" | "PLACES_BUCKET">): Engine {
  const index = new PlaceIndex(PLACES_DB, PLACES_BUCKET);
  return {
    async cost(args) {
      const nothing = { roundTrips: 0, rowsRead: 0, bytesBound: 0 };
      const spent = { ...nothing };
      const database = counting(PLACES_DB, spent);
      const services = servicesOn(database, PLACES_BUCKET);
      await services.places.snapshot();
      Object.assign(spent, nothing);
      const input = getNearbyData.input.parse(args);
      await getNearbyData
        .run(input, services, CALLER, () => {}, noWait())
        .catch((error: unknown) => {
          // What the caller is told to correct has its price, too.
          if (!(error instanceof CallerError)) throw error;
        });
      return spent;
    },
    async answer(args) {
      const services = servicesOn(PLACES_DB, PLACES_BUCKET);
      const input = getNearbyData.input.parse(args);
      return getNearbyData.run(input, services, CALLER, () => {}, noWait());
    },
    async locate(asked) {
      const spent = { roundTrips: 0, rowsRead: 0, bytesBound: 0 };
      const services = servicesOn(counting(PLACES_DB, spent), PLACES_BUCKET);
      await services.places.snapshot();
      const located: Located[] = [];
      for (const { near, host } of asked) {
        Object.assign(spent, { roundTrips: 0, rowsRead: 0, bytesBound: 0 });
        const caller = { ...CALLER, meta: host ? { "dev.hereabouts/userLocation": host } : {} };
        try {
          const location = await services.here.locate({ near }, caller);
          located.push({ location, ...spent });
        } catch (error) {
          if (!(error instanceof CallerError)) throw error;
          located.push({ problem: error.message, ...spent });
        }
      }
      return located;
    },
    async nearby(plain, cursor) {
      const after = cursor === undefined ? undefined : JSON.parse(cursor);
      return pageOf(await findNearby(index, { ...questionOf(plain), after }));
    },
    async names(plain) {
      const { places, snapshot } = await findNearby(index, questionOf(plain));
      const rows = places.map(({ row }) => row);
      const records = await index.records(rows, snapshot);
      return records.map((record, at) => {
        if (!record) throw new Error(`No record of ${rows[at]?.source_id}`);
        return [record.name, ...(record.otherNames ?? [])];
      });
    },
    async lookUp(text, hint) {
      const found = await lookUp(index, text, hint);
      const { kind, rowsRead } = found;
      if (found.kind !== "found") return { kind, rowsRead };
      const { label, note } = found.place;
      const { category_path: category, latitude, longitude } = found.row;
      return { kind, rowsRead, place: { label, note, category, latitude, longitude } };
    },
  };
}

/** What tools may use, of a deployment in which nobody signs in. What it counts goes nowhere. */
function servicesOn(PLACES_DB: D1Database, PLACES_BUCKET: R2Bucket): Services {
  const env = { PLACES_DB, PLACES_BUCKET, OAUTH_KV: {} } as Env;
  return openDeployment(env, { waitUntil() {} }).services;
}

const noWait = () => ({ mostMs: 0, seesProgress: false, signal: new AbortController().signal });

const CALLER: Caller = {
  principal: {
    subject: undefined,
    scopes: ["places:read", "location"],
    credential: "none",
    expiresAtMs: undefined,
  },
  requestId: "cost",
  trace: { trace: "0".repeat(32), span: "0".repeat(16), parentSpan: undefined },
  cf: undefined,
  address: undefined,
  userAgent: undefined,
  origin: "https://hereabouts.example",
  clientName: undefined,
  sessionId: undefined,
  isLocatedByHost: false,
  herePage: undefined,
  meta: {},
  answers: new Map(),
};

/** The database, with what goes through its sessions counted. */
function counting(
  database: D1Database,
  spent: { -readonly [Part in keyof Cost]: Cost[Part] },
): D1Database {
  const session = database.withSession("first-unconstrained");
  const statement = (sql: string) => {
    const prepared = session.prepare(sql);
    return Object.assign(prepared, {
      bind(...values: unknown[]) {
        for (const value of values)
          spent.bytesBound += new TextEncoder().encode(String(value)).length;
        return D1_BIND.apply(prepared, values);
      },
    });
  };
  const D1_BIND = Object.getPrototypeOf(session.prepare("SELECT 1")).bind as (
    ...values: unknown[]
  ) => D1PreparedStatement;
  const counted = {
    prepare: statement,
    async batch(statements: D1PreparedStatement[]) {
      spent.roundTrips += 1;
      const results = await session.batch(statements);
      for (const { meta } of results) spent.rowsRead += meta.rows_read;
      return results;
    },
  };
  return { withSession: () => counted } as unknown as D1Database;
}

function pageOf(answer: Answer): Page {
  const { places, more, mode, nearestBeyond, searchedMeters } = answer;
  const last = places.at(-1);
  const end = last && { distanceMeters: last.distanceMeters, key: last.row.key, mode };
  return {
    places: places.map((place) => toldOf(place, answer)),
    more,
    mode,
    searchedMeters,
    ...(nearestBeyond && { beyond: toldOf(nearestBeyond, answer) }),
    ...(more && end && { cursor: JSON.stringify(end) }),
  };
}

function toldOf({ row, distanceMeters }: FoundPlace, { snapshot }: Answer): Told {
  return {
    id: `${snapshot.collections.get(row.collection)?.id}:${row.source_id}`,
    category: row.category_path,
    distanceMeters,
    key: row.key,
  };
}
