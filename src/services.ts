import { resolvePlace } from "./gazetteer/resolve.ts";
import { PlaceIndex } from "./index/place-index.ts";
import type { Stores as PlaceStores } from "./index/write/transaction.ts";
import type { LocationServices, LocationSettings } from "./location/ladder.ts";
import { Memory } from "./memory/memory.ts";
import { sessionSettings } from "./memory/settings.ts";
import { findNearbyCached } from "./nearby/cache.ts";
import type { NearbyAnswer, NearbyQuestion } from "./nearby/find.ts";

/** What one request may use. Tools see this and never see `env`. */
export interface Services extends LocationServices {
  readonly places: PlaceIndex;
  readonly memory: Memory;
  /** The places nearest to a point, from the cache where it has the answer. */
  nearby(question: NearbyQuestion): Promise<NearbyAnswer & { cached: boolean }>;
  readonly stores: Stores;
}

/** One sign of life per store; the promise rejects when the store does not answer. */
export interface Stores {
  d1(): Promise<unknown>;
  r2(): Promise<unknown>;
}

/** The only place that turns bindings into capabilities. */
export function createServices(env: Env, context: Pick<ExecutionContext, "waitUntil">): Services {
  const places = new PlaceIndex(env.PLACES_DB, env.PLACES_BUCKET);
  return {
    places,
    memory: new Memory(env.SESSION, sessionSettings(env).ttlSeconds),
    resolve: (text, hints) => resolvePlace(places, text, hints),
    locationSettings: locationSettings(env),
    nearby: (question) => findNearbyCached(places, question, (work) => context.waitUntil(work)),
    stores: {
      d1: async () => env.PLACES_DB.prepare("SELECT 1").run(),
      r2: async () => env.PLACES_BUCKET.head("health"),
    },
  };
}

/** Where the places are kept, for what writes them. */
export function createStores({ PLACES_DB, PLACES_BUCKET }: Env): PlaceStores {
  return { database: PLACES_DB, bucket: PLACES_BUCKET };
}

function locationSettings({ DEFAULT_LOCATION, RELAYS, OPENAI_RANGES }: Env): LocationSettings {
  return { defaultLocation: DEFAULT_LOCATION, relays: RELAYS, openaiRanges: OPENAI_RANGES };
}
