import type { Ended, Health } from "../contract.ts";

/**
 * How a model has been, as a circuit breaker sees it (M. Nygard, Release It!, 2007): after some failures it is left alone
 * for a while, then one request tries it. It is all in one small record: so it is stored by one write, and its rules are
 * functions without a clock or a store.
 */
export interface Condition {
  /** Of the last requests, newest last, while the circuit is closed. */
  readonly results: readonly Result[];
  /** How long the last answers took, newest last. */
  readonly latenciesMs: readonly number[];
  /** Undefined: the circuit is closed. */
  readonly opened: Opened | undefined;
}

interface Result {
  readonly isWell: boolean;
  readonly atMs: number;
}

interface Opened {
  /** Then it may be tried. */
  readonly untilMs: number;
  /** How often one after the other, the first time and after each trial that failed. */
  readonly times: number;
  /** The request that tries whether it is well, and until when nobody else does. */
  readonly trial: { readonly id: string; readonly untilMs: number } | undefined;
}

export const UNKNOWN: Condition = { results: [], latenciesMs: [], opened: undefined };

/** So many failures one after the other open the circuit. */
export const FAILURES_TO_OPEN = 5;
/** Or such a share of at least so many of the last results, which are not older than that. */
const SHARE_TO_OPEN = 0.5;
const LEAST_RESULTS = 10;
const MOST_RESULTS = 20;
const LATELY_MS = 5 * 60_000;

/** For so long a circuit is open, and twice as long after each trial that failed. */
export const OPEN_MS = 30_000;
const LONGEST_OPEN_MS = 8 * 60_000;

const MOST_LATENCIES = 64;
/** Of fewer nothing is told. */
const LEAST_LATENCIES = 5;

/** `ready`: the circuit is open, and may be tried. */
export function circuitOf({ opened }: Condition, nowMs: number): "closed" | "open" | "ready" {
  if (!opened) return "closed";
  const isLeft = nowMs < opened.untilMs || (opened.trial && nowMs < opened.trial.untilMs);
  return isLeft ? "open" : "ready";
}

/** Lets one request try the model. It has ended by `untilMs`, or its client is gone: then another one may. */
export function withTrial(condition: Condition, id: string, untilMs: number): Condition {
  const { opened } = condition;
  return opened ? { ...condition, opened: { ...opened, trial: { id, untilMs } } } : condition;
}

/** What a request that has ended tells. While the circuit is open, only its trial tells whether the model is well. */
export function learn(
  condition: Condition,
  { id, verdict, latencyMs }: Pick<Ended, "id" | "verdict" | "latencyMs">,
  nowMs: number,
): Condition {
  const { opened } = condition;
  const latenciesMs =
    latencyMs === undefined
      ? condition.latenciesMs
      : [...condition.latenciesMs, Math.round(latencyMs)].slice(-MOST_LATENCIES);
  const known = { ...condition, latenciesMs };
  if (opened) return opened.trial?.id === id ? tried(known, opened, verdict, nowMs) : known;
  if (verdict === "none") return known;
  const isWell = verdict === "well";
  const results = [...known.results, { isWell, atMs: nowMs }].slice(-MOST_RESULTS);
  const isBad = !isWell && (isRowOfFailures(results) || isBadShare(results, nowMs));
  return isBad ? open(known, 1, nowMs) : { ...known, results };
}

function tried(
  condition: Condition,
  opened: Opened,
  verdict: Ended["verdict"],
  nowMs: number,
): Condition {
  switch (verdict) {
    case "well":
      return { ...condition, opened: undefined };
    case "unwell":
      return open(condition, opened.times + 1, nowMs);
    case "none":
      // It has proved nothing: the next request tries.
      return { ...condition, opened: { ...opened, trial: undefined } };
  }
}

function open(condition: Condition, times: number, nowMs: number): Condition {
  const openMs = Math.min(OPEN_MS * 2 ** (times - 1), LONGEST_OPEN_MS);
  // What led to it is dealt with: once closed, it is judged anew.
  return {
    ...condition,
    results: [],
    opened: { untilMs: nowMs + openMs, times, trial: undefined },
  };
}

function isRowOfFailures(results: readonly Result[]): boolean {
  const last = results.slice(-FAILURES_TO_OPEN);
  return last.length === FAILURES_TO_OPEN && last.every(({ isWell }) => !isWell);
}

function isBadShare(results: readonly Result[], nowMs: number): boolean {
  const late = results.filter(({ atMs }) => atMs > nowMs - LATELY_MS);
  const failures = late.filter(({ isWell }) => !isWell).length;
  return late.length >= LEAST_RESULTS && failures >= late.length * SHARE_TO_OPEN;
}

/** @param trialId of the request that is told this, if it is to try the model */
export function healthOf(condition: Condition, trialId?: string): Health {
  const { opened, latenciesMs } = condition;
  const isTrial = trialId !== undefined && opened?.trial?.id === trialId;
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  // The nearest rank.
  const percentile = (share: number) =>
    sorted.length < LEAST_LATENCIES ? undefined : sorted[Math.ceil(sorted.length * share) - 1];
  return {
    circuit: isTrial ? "trial" : opened ? "open" : "closed",
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
  };
}
