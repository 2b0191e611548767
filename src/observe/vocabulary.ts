import { WEATHER_PROVIDERS } from "../config/weather.ts";

/**
 * Every metric of the server. Labels have fixed values, or names of our own catalogue and configuration: nobody's name, query, address or
 * place can become one, and their number is bounded.
 */

/** In place of fixed values: what we or the operator have named, such as the tools. */
interface OwnNames {
  readonly names: string;
  /** What stands where there is no such name. */
  readonly none: string;
}

type Values = readonly string[] | OwnNames;
type Labels = Readonly<Record<string, Values>>;

interface Described<AllLabels extends Labels> {
  readonly help: string;
  readonly labels: AllLabels;
}

export interface Counter<AllLabels extends Labels = Labels> extends Described<AllLabels> {
  readonly type: "counter";
}

/** What is so when it is asked, and is counted nowhere. */
export interface Gauge<AllLabels extends Labels = Labels> extends Described<AllLabels> {
  readonly type: "gauge";
}

export interface Histogram<AllLabels extends Labels = Labels> extends Described<AllLabels> {
  readonly type: "histogram";
  /** Upper bounds, ascending, without infinity. */
  readonly buckets: readonly number[];
}

/** Methods of MCP that this server knows; `notification` is any, `response` what a client answers to a question. */
const METHODS = [
  "initialize",
  "ping",
  "server/discover",
  "tools/list",
  "tools/call",
  "resources/list",
  "resources/templates/list",
  "resources/read",
  "prompts/list",
  "prompts/get",
  "completion/complete",
  "tasks/get",
  "tasks/update",
  "tasks/cancel",
  "notification",
  "response",
  "other",
] as const;

/** `modern` from revision 2026-07-28 on; `unknown` where the request cannot be read. */
const ERAS = ["modern", "legacy", "unknown"] as const;

/**
 * `caller_error`: the caller can mend it; `failure`: ours; `asked`: the user was asked something. The others did not pass
 * the front door: `unauthorized` 401 and 403, `limited` 429, `unavailable` 503, `refused` anything else.
 */
const OUTCOMES = [
  "ok",
  "caller_error",
  "failure",
  "asked",
  "unauthorized",
  "limited",
  "unavailable",
  "refused",
] as const;

const CATALOG: OwnNames = { names: "tools, resources and prompts of the catalogue", none: "none" };
const KINDS_OF_WORK: OwnNames = { names: "kinds of long work", none: "none" };
const MODELS: OwnNames = { names: "models of the operator's configuration", none: "none" };
const STRATEGIES: OwnNames = { names: "strategies of query_models", none: "none" };
const YES_NO = ["yes", "no"] as const;

export const METRICS = {
  mcp_requests_total: counter("Messages of MCP, by how they ended.", {
    method: METHODS,
    era: ERAS,
    tool: CATALOG,
    outcome: OUTCOMES,
  }),
  mcp_request_seconds: histogram(
    "How long calls of tools, resources and prompts took.",
    [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
    { method: METHODS, tool: CATALOG },
  ),
  hereabouts_http_responses_total: counter("Answers to requests of any kind.", {
    status: ["2xx", "3xx", "4xx", "5xx"],
  }),
  hereabouts_d1_queries_total: counter("Statements that D1 has carried out.", {}),
  hereabouts_d1_rows_read_total: counter("Rows that D1 has read, as it bills them.", {}),
  hereabouts_d1_rows_written_total: counter("Rows that D1 has written, as it bills them.", {}),
  hereabouts_r2_reads_total: counter("Reads of R2: get, head and list.", {}),
  hereabouts_answers_total: counter("Answers to questions for places, by where they come from.", {
    from: ["cache", "search"],
  }),
  hereabouts_location_total: counter("Where callers were taken to be, by what told it.", {
    source: ["arguments", "near", "remembered", "host", "network", "default", "asked", "unknown"],
    relay: YES_NO,
  }),
  hereabouts_active_sessions: gauge("Sessions of 2025-era clients that live.", {}),
  hereabouts_sessions_refused_total: counter("Sessions that were not opened.", {
    reason: ["full", "address_share", "too_large"],
  }),
  hereabouts_rate_limited_total: counter("Requests that came too often, by what they count for.", {
    bucket: ["subject", "address", "relay", "sign_in"],
  }),
  hereabouts_limiter_failures_total: counter("Requests let pass because the limiter failed.", {}),
  hereabouts_refused_batches_total: counter("Batches that are too long, or not of their era.", {}),
  hereabouts_refused_credentials_total: counter("Credentials that were refused.", {
    way: ["none", "admin_token", "metrics_token", "key", "jwt", "oauth"],
    reason: [
      "malformed",
      "too_long",
      "unknown",
      "expired",
      "not_yet",
      "wrong_audience",
      "wrong_issuer",
      "wrong_signature",
      "wrong_algorithm",
      "revoked",
    ],
  }),
  hereabouts_oauth_events_total: counter("What happened on the way to a token.", {
    event: [
      "registered",
      "registration_refused",
      "consent_shown",
      "consent_allowed",
      "consent_denied",
      "invitation_redeemed",
      "invitation_refused",
      "upstream_signed_in",
      "upstream_refused",
      "upstream_failed",
      "client_document_refused",
      "token_issued",
      "token_refused",
      "grant_revoked",
      "error",
    ],
  }),
  hereabouts_store_failures_total: counter("Failures of stores, by what became of them.", {
    store: ["d1", "r2", "kv", "durable_object", "assets"],
    kind: ["retried", "timed_out", "failed"],
  }),
  hereabouts_imports_total: counter("Imports that have ended.", {
    state: ["finished", "aborted", "failed"],
  }),
  hereabouts_imported_rows_total: counter("Rows of imports, by what became of them.", {
    outcome: ["stored", "updated", "unchanged", "kept", "refused"],
  }),
  hereabouts_running_tasks: gauge("Tasks that run.", {}),
  hereabouts_queued_tasks: gauge("Tasks that wait for a place.", {}),
  hereabouts_tasks_total: counter("Tasks that have ended.", {
    type: KINDS_OF_WORK,
    state: ["completed", "failed", "cancelled"],
  }),
  hereabouts_task_seconds: histogram(
    "How long tasks ran.",
    [0.1, 0.5, 1, 5, 10, 30, 60, 300, 1_800, 7_200],
    { type: KINDS_OF_WORK },
  ),
  // `refused`: by the caller's mistake; `failed` and `hung` are tried again.
  hereabouts_task_chunks_total: counter("Chunks of tasks, by how they ended.", {
    type: KINDS_OF_WORK,
    outcome: ["done", "refused", "failed", "hung", "cancelled"],
  }),
  // `kept`: answered by what was kept; `no_majority`: their answers were told without one of them.
  hereabouts_model_calls_total: counter("Calls of models, by how they ended.", {
    strategy: STRATEGIES,
    outcome: ["ok", "kept", "no_majority", "failed", "rejected", "over_budget", "cancelled"],
  }),
  hereabouts_model_requests_total: counter("Requests to models, by how they ended.", {
    model: MODELS,
    strategy: STRATEGIES,
    outcome: [
      "ok",
      // Nobody needs its answer any more.
      "cancelled",
      // Answers that are not valid.
      "empty",
      "cut_off",
      "refused",
      "invalid_json",
      "schema_mismatch",
      // No answer.
      "error",
      "unreachable",
      "broken",
      "too_long",
      // The provider says that the prompt is too long for it.
      "prompt_too_long",
      "timeout",
      "rate_limited",
      // The provider takes it for our mistake: a wrong key, a model that it does not have.
      "rejected",
      // It was not asked: prompt and answer are too long for it, its secret or binding is missing, …
      "circuit_open",
      "over_budget",
      "unpriced",
      "unfit",
      "unset",
    ],
  }),
  hereabouts_model_request_seconds: histogram(
    "How long models took for a whole answer.",
    [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120],
    { model: MODELS, strategy: STRATEGIES },
  ),
  hereabouts_model_tokens_total: counter("Tokens that models have read and written.", {
    model: MODELS,
    direction: ["input", "output"],
  }),
  hereabouts_model_dollars_total: counter("What models have cost, by the configured prices.", {
    model: MODELS,
  }),
  hereabouts_model_hedges_total: counter(
    "Requests to another model because the first was slow, by whether their answer was taken.",
    { outcome: ["won", "lost"] },
  ),
  hereabouts_model_circuit_open: gauge("1 while a model is left alone because it fails.", {
    model: MODELS,
  }),
  hereabouts_weather_answers_total: counter(
    "Questions for the weather, by where the answer is from.",
    {
      from: ["provider", "kept", "stale", "nowhere"],
    },
  ),
  // `limited`: it may not be asked so often, as we count or as it says; `resting`: it was not asked, for it has failed several times; `changed`: its answer has another shape than it documents.
  hereabouts_weather_requests_total: counter("Requests to providers of the weather.", {
    provider: WEATHER_PROVIDERS,
    outcome: [
      "ok",
      "not_modified",
      "deprecated",
      "unreachable",
      "refused",
      "changed",
      "limited",
      "resting",
    ],
  }),
  hereabouts_metric_carries_total: counter("Times that counts were carried to their shard.", {
    outcome: ["ok", "failed"],
  }),
  hereabouts_build_info: gauge("1, of this version.", {
    version: { names: "releases", none: "unknown" } as OwnNames,
  }),
} as const;

export type MetricName = keyof typeof METRICS;
type NamesOf<Type> = {
  [Name in MetricName]: (typeof METRICS)[Name]["type"] extends Type ? Name : never;
}[MetricName];
export type CounterName = NamesOf<"counter">;
export type HistogramName = NamesOf<"histogram">;

/** The labels of a metric with what they may say. */
export type LabelsOf<Name extends MetricName> = {
  readonly [Label in keyof (typeof METRICS)[Name]["labels"]]: (typeof METRICS)[Name]["labels"][Label] extends readonly (infer Value extends
    string)[]
    ? Value
    : string;
};

export type MethodLabel = (typeof METHODS)[number];
export type EraLabel = (typeof ERAS)[number];
export type OutcomeLabel = (typeof OUTCOMES)[number];

/** What stands for a method that a caller names. */
export function methodLabel(method: string | undefined): MethodLabel {
  if (method === undefined) return "response";
  if (method.startsWith("notifications/")) return "notification";
  return METHODS.find((known) => known === method) ?? "other";
}

/** The name of a series as Prometheus writes it: a metric with its labels. */
export function seriesOf(
  name: MetricName,
  given: Readonly<Record<string, string>> = {},
  suffix = "",
  bound?: number | string,
): string {
  const labels = Object.entries<Values>(METRICS[name].labels);
  const pairs = labels.map(([label, values]) => `${label}="${ownValue(given[label], values)}"`);
  if (bound !== undefined) pairs.push(`le="${bound}"`);
  return `${name}${suffix}${pairs.length > 0 ? `{${pairs.join()}}` : ""}`;
}

/** Such a name needs no quoting. What does is none. */
const OWN_NAME = /^[\w.:#/-]{1,64}$/;

function ownValue(value: string | undefined, values: Values): string | undefined {
  if (!("none" in values) || OWN_NAME.test(value ?? "")) return value;
  return values.none;
}

function counter<const AllLabels extends Labels>(
  help: string,
  labels: AllLabels,
): Counter<AllLabels> {
  return { type: "counter", help, labels };
}

function gauge<const AllLabels extends Labels>(help: string, labels: AllLabels): Gauge<AllLabels> {
  return { type: "gauge", help, labels };
}

function histogram<const AllLabels extends Labels>(
  help: string,
  buckets: readonly number[],
  labels: AllLabels,
): Histogram<AllLabels> {
  return { type: "histogram", help, buckets, labels };
}
