import { BasemapArchive } from "./basemap/archive.ts";
import type { BasemapSettings } from "./basemap/basemap.ts";
import { Spending } from "./budgets/spending.ts";
import { type Config, configOf } from "./config/config.ts";
import { IssuedCredentials } from "./credentials/issued-credentials.ts";
import { resolvePlace } from "./gazetteer/resolve.ts";
import { PlaceIndex } from "./index/place-index.ts";
import type { IndexCondition } from "./index/write/format.ts";
import type { Stores } from "./index/write/transaction.ts";
import { Here } from "./location/here.ts";
import { Memory } from "./memory/memory.ts";
import { ObjectLedger } from "./models/ledger/object-ledger.ts";
import { Models } from "./models/models.ts";
import { openProviders } from "./models/providers/providers.ts";
import { AI_BINDING, type Readiness, readinessOf, secretIn } from "./models/readiness.ts";
import { Nearby } from "./nearby/nearby.ts";
import { OAuth } from "./oauth/oauth.ts";
import { Meter } from "./observe/meter.ts";
import { type Metrics, openMetrics } from "./observe/metrics.ts";
import { Assets } from "./stores/assets.ts";
import { Patience } from "./stores/patience.ts";
import { patientBucket, patientDatabase } from "./stores/patient-stores.ts";
import type { World } from "./tasks/contract.ts";
import { TaskInputs } from "./tasks/inputs.ts";
import { Tasks, type Types } from "./tasks/tasks.ts";
import { CALLERS_TYPES, SYSTEM_TYPES } from "./tasks/types.ts";
import { Weather } from "./weather/weather.ts";

/** What a tool, resource or prompt may use. It never sees `env`. */
export interface Services {
  readonly places: PlaceIndex;
  readonly nearby: Nearby;
  readonly here: Here;
  /** Work that takes longer than a request. */
  readonly tasks: Tasks;
  readonly weather: Weather;
  /** Language models. */
  readonly models: Models;
  /** The map and the pages that people see. */
  readonly assets: Assets;
  /** What the map shows under the places. */
  readonly basemap: BasemapSettings;
  /** What whoever runs the server calls it: credited with answers. Undefined if it has no name of its own. */
  readonly operator: string | undefined;
}

/** What the front door may use for one request. */
export interface Deployment {
  readonly config: Config;
  readonly services: Services;
  /** Where the places are kept, for what writes them. */
  readonly stores: Stores;
  /** The tiles of the map under the places. */
  readonly basemapArchive: BasemapArchive;
  /** The sessions of 2025-era clients, by their ids. */
  readonly sessions: DurableObjectNamespace;
  /** Counts them. */
  readonly sessionRegister: Env["SESSION_REGISTER"];
  /** The keys and invitations that the operator has issued. */
  readonly credentials: IssuedCredentials;
  /** What subjects use up of what is counted exactly. */
  readonly spending: Spending;
  /** Which of the configured models can be asked. */
  readonly readiness: Readiness;
  /** What models cost, and how they are. */
  readonly ledger: ObjectLedger;
  /** How people sign in, and what they have granted. */
  readonly oauth: OAuth;
  readonly probes: Probes;
  readonly limits: Limits;
  readonly meter: Meter;
  readonly metrics: Metrics;
  /** Cloudflare's Analytics Engine; undefined if the deployment has no dataset. */
  readonly analytics: AnalyticsEngineDataset | undefined;
  /** Names the request in the log. */
  readonly requestId: string;
}

/**
 * How often something may be done in a minute, for each key: counted by Cloudflare, by the numbers in wrangler.toml. What
 * is not set there is not limited.
 */
export interface Limits {
  readonly requests: RateLimit | undefined;
  /** All that comes from one address of an assistant. */
  readonly relays: RateLimit | undefined;
  readonly signIns: RateLimit | undefined;
}

/** Asks each store for something small. A promise rejects where its store does not answer. */
export interface Probes {
  d1(): Promise<IndexCondition>;
  r2(): Promise<unknown>;
}

/** Bindings that wrangler.toml has only as a comment. */
interface Optional {
  readonly ANALYTICS: AnalyticsEngineDataset;
  readonly AI: Ai;
}

/**
 * The only place that turns bindings into capabilities.
 *
 * @param types what kinds of long work there are
 * @throws ConfigError if a setting is wrong
 */
export function openDeployment(
  env: Env,
  context: Pick<ExecutionContext, "waitUntil">,
  types: Types = TYPES,
): Deployment {
  const config = configOf(env);
  const { metrics, meter, stores: counted } = openStores(env, context);
  const patience = new Patience(metrics);
  const stores = {
    database: patientDatabase(counted.database, patience),
    bucket: patientBucket(counted.bucket, patience),
  };
  const places = new PlaceIndex(stores.database, stores.bucket);
  const nearby = new Nearby(places, (work) => context.waitUntil(work));
  const memory = new Memory(env.SESSION, config.sessionTtlSeconds, metrics);
  const environment = { ...env };
  const readiness = readinessOf(config.models, environment);
  const ledger = new ObjectLedger(env.MODEL_LEDGER, config, metrics);
  return {
    config,
    services: {
      places,
      nearby,
      here: new Here(
        { resolve: (text, hints) => resolvePlace(places, text, hints), memory, config },
        metrics,
      ),
      tasks: new Tasks(
        { tasks: env.TASKS, register: env.TASK_REGISTER },
        types,
        stores.bucket,
        (subject) => worldOf({ places, nearby }, stores, metrics, subject),
        (handle) => memory.isOurs(handle),
        config,
        metrics,
      ),
      weather: new Weather(env.WEATHER_STATION, metrics),
      models: new Models({
        ...readiness,
        ask: openProviders({
          secretOf: (name) => secretIn(environment, name),
          ai: (env as Partial<Optional>)[AI_BINDING],
        }),
        ledger,
        metrics,
        config,
        waitUntil: (work) => context.waitUntil(work),
      }),
      assets: new Assets(env.ASSETS, patience),
      basemap: config,
      operator: config.serverTitle,
    },
    stores,
    basemapArchive: new BasemapArchive(stores.bucket),
    sessions: env.PROTOCOL_SESSION,
    sessionRegister: env.SESSION_REGISTER,
    credentials: new IssuedCredentials(env.CREDENTIALS, metrics),
    spending: new Spending(env.BUDGETS, metrics),
    readiness,
    ledger,
    oauth: oauthOf(env, metrics),
    probes: {
      d1: () => places.condition(),
      r2: async () => env.PLACES_BUCKET.head("health"),
    },
    limits: {
      requests: env.REQUEST_LIMIT,
      relays: env.RELAY_LIMIT,
      signIns: env.SIGN_IN_LIMIT,
    },
    meter,
    metrics,
    analytics: (env as Partial<Optional>).ANALYTICS,
    requestId: crypto.randomUUID(),
  };
}

const TYPES: Types = { callers: CALLERS_TYPES, own: SYSTEM_TYPES };

/** What long work may use. @throws ConfigError if a setting is wrong */
export function openWorld(
  env: Env,
  context: Pick<ExecutionContext, "waitUntil">,
  subject: string | undefined,
): World {
  const { services, stores, metrics } = openDeployment(env, context);
  return worldOf(services, stores, metrics, subject);
}

function worldOf(
  { places, nearby }: Pick<Services, "places" | "nearby">,
  stores: Stores,
  metrics: Metrics,
  subject: string | undefined,
): World {
  return { places, nearby, stores, metrics, inputs: new TaskInputs(stores.bucket, subject) };
}

/** Where the places are kept, for what goes on without a request, too; what it costs is counted. */
export function openStores(
  { PLACES_DB, PLACES_BUCKET, METRIC_SHARDS }: Env,
  context: Pick<ExecutionContext, "waitUntil">,
): { readonly stores: Stores; readonly meter: Meter; readonly metrics: Metrics } {
  const metrics = openMetrics(METRIC_SHARDS, context);
  const meter = new Meter(metrics);
  const stores = { database: meter.database(PLACES_DB), bucket: meter.bucket(PLACES_BUCKET) };
  return { stores, meter, metrics };
}

/** How people sign in, and what they have granted. @throws ConfigError */
export function oauthOf(env: Env, metrics: Metrics): OAuth {
  return new OAuth(configOf(env), env.OAUTH_KV, env.GRANT_REFRESH, metrics);
}
