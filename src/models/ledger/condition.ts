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
  /** The two holders who had a good answer last, and none that failed since. */
  readonly wellFor: readonly WellFor[];
  /** Undefined: the circuit is closed. */
  readonly opened: Opened | undefined;
}

interface Result {
  /** The request's: what the ledger is told twice counts once. */
  readonly id: string;
  readonly holder: string;
  readonly isWell: boolean;
  readonly atMs: number;
}

type WellFor = Pick<Result, "holder" | "atMs">;

/** How a request of a holder's has ended. */
export interface Experience extends Ended {
  readonly holder: string;
}

/** A request that tries whether a model is well again. */
export interface Trial {
  readonly id: string;
  readonly holder: string;
  /** Until then nobody else tries. */
  readonly untilMs: number;
}

interface Opened {
  /** Then it may be tried. */
  readonly untilMs: number;
  /** How often one after the other, the first time and after each trial that failed. */
  readonly times: number;
  /** Whose failures alone have opened it: others may try at once. Undefined: those of several. */
  readonly holder: string | undefined;
  readonly trial: Trial | undefined;
}

export const UNKNOWN: Condition = {
  results: [],
  latenciesMs: [],
  wellFor: [],
  opened: undefined,
};

/** So many failures one after the other open the circuit. */
export const FAILURES_TO_OPEN = 5;
/** Or such a share of at least so many of the last results, which are not older than that. */
const SHARE_TO_OPEN = 0.5;
const LEAST_RESULTS = 10;
const MOST_RESULTS = 20;
const LATELY_MS = 5 * 60_000;
/**
 * So many failures of one holder count while another one has had a good answer lately: callers can bring failures about, by a
 * prompt that takes longer than the time they give, and no one may have others do without a model that is well for them.
 */
export const FAILURES_AGAINST_OTHERS = 2;

/** For so long a circuit is open, and twice as long after each trial that failed. */
export const OPEN_MS = 30_000;
const LONGEST_OPEN_MS = 8 * 60_000;

const MOST_LATENCIES = 64;
/** Of fewer nothing is told. */
const LEAST_LATENCIES = 5;

/** `ready`: the circuit is open, and may be tried. */
export function circuitOf(
  { opened }: Condition,
  holder: string,
  nowMs: number,
): "closed" | "open" | "ready" {
  if (!opened) return "closed";
  const { trial, untilMs } = opened;
  const isOfAnother = opened.holder !== undefined && opened.holder !== holder;
  const isTried = trial !== undefined && nowMs < trial.untilMs;
  const isLeft = isOfAnother
    ? isTried && trial.holder !== opened.holder
    : isTried || nowMs < untilMs;
  return isLeft ? "open" : "ready";
}

/** Lets one request try the model. It has ended by `untilMs`, or its client is gone: then another one may. */
export function withTrial(condition: Condition, trial: Trial): Condition {
  const { opened } = condition;
  return opened ? { ...condition, opened: { ...opened, trial } } : condition;
}

/**
 * What a request that has ended tells; the same condition, where that is nothing. While the circuit is open, only its trial
 * tells whether the model is well.
 */
export function learn(condition: Condition, experience: Experience, nowMs: number): Condition {
  const { id, holder, verdict, latencyMs } = experience;
  const { opened } = condition;
  if (condition.results.some((result) => result.id === id)) return condition;
  const known = withLatency(condition, latencyMs);
  if (opened) return opened.trial?.id === id ? tried(known, opened, experience, nowMs) : known;
  if (verdict === "none") return known;
  const isWell = verdict === "well";
  const result = { id, holder, isWell, atMs: nowMs };
  if (isWell) return { ...withWell(known, result), results: withResult(known, result) };
  const failed = { ...known, wellFor: known.wellFor.filter((one) => one.holder !== holder) };
  if (isOneSided(failed, holder, nowMs)) return failed;
  const results = withResult(known, result);
  const isBad = isRowOfFailures(results) || isBadShare(results, nowMs);
  return isBad ? open(failed, 1, holderOf(results), nowMs) : { ...failed, results };
}

function withLatency(condition: Condition, latencyMs: number | undefined): Condition {
  if (latencyMs === undefined) return condition;
  const latenciesMs = [...condition.latenciesMs, Math.round(latencyMs)].slice(-MOST_LATENCIES);
  return { ...condition, latenciesMs };
}

function withResult({ results }: Condition, result: Result): readonly Result[] {
  return [...results, result].slice(-MOST_RESULTS);
}

/** Two are enough: one of them is another than whoever is asked about. */
function withWell(condition: Condition, { holder, atMs }: WellFor): Condition {
  const others = condition.wellFor.filter((one) => one.holder !== holder);
  return { ...condition, wellFor: [...others.slice(-1), { holder, atMs }] };
}

/** Whether one more failure of a holder would only tell what others do not see. */
function isOneSided({ results, wellFor }: Condition, holder: string, nowMs: number): boolean {
  const isLate = ({ atMs }: WellFor) => atMs > nowMs - LATELY_MS;
  const failures = results.filter((one) => one.holder === holder && !one.isWell && isLate(one));
  return wellFor.some(isLate) && failures.length >= FAILURES_AGAINST_OTHERS;
}

/** Whose failures they all are, if they are one holder's. */
function holderOf(results: readonly Result[]): string | undefined {
  const holders = new Set(results.filter(({ isWell }) => !isWell).map(({ holder }) => holder));
  return holders.size === 1 ? [...holders][0] : undefined;
}

function tried(
  condition: Condition,
  opened: Opened,
  { verdict, holder }: Experience,
  nowMs: number,
): Condition {
  switch (verdict) {
    case "well":
      return { ...withWell(condition, { holder, atMs: nowMs }), opened: undefined };
    case "unwell": {
      const only = opened.holder === holder ? holder : undefined;
      return open(condition, opened.times + 1, only, nowMs);
    }
    case "none":
      // It has proved nothing: the next request tries.
      return { ...condition, opened: { ...opened, trial: undefined } };
  }
}

function open(
  condition: Condition,
  times: number,
  holder: string | undefined,
  nowMs: number,
): Condition {
  const openMs = Math.min(OPEN_MS * 2 ** (times - 1), LONGEST_OPEN_MS);
  // What led to it is dealt with: once closed, it is judged anew.
  return {
    ...condition,
    results: [],
    opened: { untilMs: nowMs + openMs, times, holder, trial: undefined },
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
