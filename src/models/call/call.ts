import { setTimeout as wait } from "node:timers/promises";
import { type OverBudget, StoreDown, type UpstreamDown } from "../../errors.ts";
import type { Metrics } from "../../observe/metrics.ts";
import { bidOf, type Size } from "../choice/size.ts";
import type { Random } from "../choice/weighted-order.ts";
import {
  type Admission,
  type Admitted,
  type AskModel,
  type Bid,
  type Ledger,
  type Model,
  ModelFailure,
  type Outcome,
  type Prompt,
  requestIdOf,
  type Settlement,
  type Spent,
} from "../contract.ts";
import { allFailed, budgetUsedUp, Rejected } from "../failures.ts";
import type { ModelsOptions } from "../question.ts";
import type { FitsSchema } from "../validity/json-schema.ts";
import { judge } from "../validity/judge.ts";
import { hear, lastHeard } from "./heard.ts";
import type { Answer } from "./strategy.ts";
import { type Granted, Tally } from "./tally.ts";

/** What a call is about. */
export interface Subject {
  /** The strategy's name, for metrics. */
  readonly strategy: string;
  readonly prompt: Prompt;
  readonly size: Size;
  /** Checks answers, where a JSON Schema was given. */
  readonly fits: FitsSchema | undefined;
  /** The models of each name, the best first. */
  readonly groups: readonly (readonly Model[])[];
  readonly holder: string;
  readonly mostADay: Spent;
  readonly cacheKey: string | undefined;
  readonly deadlineMs: number;
}

/** What a call works with. */
export interface CallParts {
  readonly ask: AskModel;
  readonly ledger: Ledger;
  readonly metrics: Pick<Metrics, "count" | "observe">;
  /** How long a race waits for a model of which no p95 is known. */
  readonly hedgeMs: number;
  readonly waitUntil: (work: Promise<unknown>) => void;
  readonly random: Random;
}

/** How models are asked one after the other. */
export interface Manner {
  /**
   * Whether the whole call waits for it: then no model may take the time of those behind it, and one that takes our request
   * for a mistake ends the call. Else others are asked meanwhile.
   */
  readonly isAlone: boolean;
  /** Was admitted before. */
  readonly first?: Granted | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Is told of each request when it is sent. */
  readonly onSent?: (model: Model) => void;
}

/** Failures that may pass in a moment. */
const PASSING: ReadonlySet<Outcome> = new Set(["error", "unreachable", "broken", "rate_limited"]);
/** Before a retry where the provider does not tell a time. */
const LONGEST_PAUSE_MS = 250;
/** So long a retry is waited for while another model could be asked. */
const PATIENCE_MS = 1_000;
/** What is not settled so long after the end of the call was lost. */
const SETTLING_MS = 10_000;

/** One question to models, until it is answered. A strategy decides who is asked when. */
export class Call {
  /** The models of each name; among them chance has decided, by their weights. */
  readonly groups: readonly (readonly Model[])[];
  readonly prompt: Prompt;
  readonly size: Size;
  readonly random: Random;
  readonly tally: Tally;
  /** An answer that was kept, as the ledger had it. */
  kept: string | undefined;

  readonly #subject: Subject;
  readonly #parts: CallParts;
  readonly #options: ModelsOptions;
  readonly #endsAtMs: number;
  readonly #late: ModelFailure;
  readonly #signal: AbortSignal;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #retried = new Set<string>();
  #cacheKey: string | undefined;
  /** What is left of the budget, where it has kept models out. */
  #left: Admitted["left"];
  readonly #tooDear: Model[] = [];
  /** Whether any model was asked. */
  #hasSent = false;
  #admissions: Promise<unknown> = Promise.resolve();

  constructor(subject: Subject, parts: CallParts, options: ModelsOptions) {
    const { strategy, groups, prompt, size, cacheKey, deadlineMs } = subject;
    this.groups = groups;
    this.prompt = prompt;
    this.size = size;
    this.random = parts.random;
    this.tally = new Tally({ strategy, prompt, size }, parts.metrics, options.onAttempt);
    this.#subject = subject;
    this.#parts = parts;
    this.#options = options;
    this.#cacheKey = cacheKey;
    this.#endsAtMs = Date.now() + deadlineMs;
    this.#late = late(deadlineMs);
    const deadline = new AbortController();
    this.#timer = setTimeout(() => deadline.abort(this.#late), deadlineMs);
    this.#signal = AbortSignal.any([options.signal, deadline.signal]);
  }

  /** All models, best first. */
  get models(): readonly Model[] {
    return this.groups.flat();
  }

  /** How long a race waits for a model before it asks another one, too. */
  hedgeMs({ key }: Model): number {
    // Where it is usually slow, the other one needs time, too.
    return Math.min(lastHeard(key)?.p95Ms ?? this.#parts.hedgeMs, this.#leftMs / 2);
  }

  /**
   * Asks the models of a queue one after the other, until one gives a valid answer. Here are all retries: of a model one at
   * most, where its failure may pass, and the pause before it fits into the call.
   *
   * @param queue loses who is asked; several who ask at once may share it
   * @returns undefined where none is left, or no time
   * @throws CallerError; StoreDown; the reason of the caller's signal
   */
  async inTurn(queue: Model[], manner: Manner): Promise<Answer | undefined> {
    let granted = manner.first ?? (await this.#next(queue, manner));
    while (granted) {
      const { model } = granted;
      manner.onSent?.(model);
      const answer = await this.#send(granted, this.#mostMs(queue, manner), manner);
      if (!(answer instanceof ModelFailure)) return answer;
      if (answer.outcome === "rejected" && manner.isAlone) throw new Rejected(model, answer);
      if (await this.#pausedForRetry(model, answer, queue, manner)) queue.unshift(model);
      granted = await this.#next(queue, manner);
    }
    return undefined;
  }

  /**
   * Has the ledger admit requests to so many of some models, the first that are well and within the budget.
   *
   * @throws StoreDown; the reason of a signal, but not of the deadline
   */
  async admit(
    models: readonly Model[],
    wanted: number,
    signal?: AbortSignal,
  ): Promise<readonly Granted[]> {
    const { ledger, waitUntil } = this.#parts;
    const { holder, mostADay } = this.#subject;
    const admission: Admission = {
      id: crypto.randomUUID(),
      holder,
      mostADay,
      bids: this.#bidsFor(models),
      wanted,
      untilMs: this.#endsAtMs + SETTLING_MS,
      cacheKey: this.#cacheKey,
      ended: this.tally.takeEnded(),
    };
    const admitting = ledger.admit(admission);
    const giveBack = () => this.#giveBack(admission);
    try {
      const admitted = await untilAborted(this.#endingWith(signal), admitting);
      this.#cacheKey = undefined;
      return this.#grantedBy(admitted, models);
    } catch (error) {
      // What the ledger has heard of it, and done, is not known; it may be doing it still.
      waitUntil(admitting.then(giveBack, giveBack));
      if (error !== this.#late) throw error;
      if (this.#hasSent) return [];
      throw new StoreDown("late");
    }
  }

  countHedge(outcome: "won" | "lost"): void {
    this.#parts.metrics.count("hereabouts_model_hedges_total", { outcome });
  }

  /** Why no valid answer came. */
  failure(): UpstreamDown | OverBudget {
    if (!this.#left || this.#hasSent) return allFailed(this.tally.attempts);
    return budgetUsedUp(this.#left, this.#bidsFor(this.#tooDear));
  }

  /** Ends the call: tells the ledger what it does not know yet. Nobody waits for that. */
  end(keep: Settlement["keep"]): void {
    clearTimeout(this.#timer);
    const { ledger, waitUntil } = this.#parts;
    const ended = this.tally.takeEnded();
    if (ended.length === 0 && !keep) return;
    waitUntil(ledger.settle({ holder: this.#subject.holder, ended, keep }));
  }

  #bidsFor(models: readonly Model[]): readonly Bid[] {
    const { prompt, size } = this.#subject;
    return models.map((model) => bidOf(model, prompt, size));
  }

  #endingWith(signal: AbortSignal | undefined): AbortSignal {
    return signal ? AbortSignal.any([this.#signal, signal]) : this.#signal;
  }

  #grantedBy(admitted: Admitted, models: readonly Model[]): readonly Granted[] {
    const { kept, requests, passedOver, left, health } = admitted;
    const byKey = new Map(models.map((model) => [model.key, model]));
    this.kept = kept;
    this.#left = left ?? this.#left;
    hear(health);
    for (const { key, outcome } of passedOver) {
      const model = byKey.get(key)!;
      if (outcome === "over_budget") this.#tooDear.push(model);
      this.tally.pass(model, outcome, PASSED_OVER[outcome]);
    }
    return requests.map(({ id, key }) => ({ id, model: byKey.get(key)! }));
  }

  /** Tells the ledger that nothing is sent of what it may have admitted, and once more what had ended before. */
  #giveBack(admission: Admission): Promise<void> {
    const unused = {
      used: { nanodollars: 0, tokens: 0 },
      verdict: "none",
      latencyMs: undefined,
    } as const;
    const { holder, bids, ended } = admission;
    const given = bids.map(({ key }) => ({ id: requestIdOf(admission, key), key, ...unused }));
    return this.#parts.ledger.settle({ holder, ended: [...ended, ...given], keep: undefined });
  }

  /** The next of a queue that is admitted. One admission waits for the other, so that no model is taken twice. */
  #next(queue: Model[], { signal }: Manner): Promise<Granted | undefined> {
    const next = this.#admissions.then(async () => {
      if (queue.length === 0 || this.kept !== undefined || this.#isOver(signal)) return undefined;
      const models = [...queue];
      const [granted] = await this.admit(models, 1, signal);
      // Only now: others look meanwhile whether there is somebody left to ask. Those before it were passed over.
      const gone = granted ? models.slice(0, models.indexOf(granted.model) + 1) : models;
      for (const model of gone) queue.splice(queue.indexOf(model), 1);
      return granted;
    });
    this.#admissions = next.catch(() => {});
    return next;
  }

  get #leftMs(): number {
    return Math.max(0, this.#endsAtMs - Date.now());
  }

  #isOver(signal: AbortSignal | undefined): boolean {
    return this.#endingWith(signal).aborted;
  }

  /** How long a request may take: of several in turn the next one's usual time is left over, half of the time at most. */
  #mostMs([next]: readonly Model[], { isAlone }: Manner): number {
    const leftMs = this.#leftMs;
    if (!isAlone || !next) return leftMs;
    return leftMs - Math.min(leftMs / 2, lastHeard(next.key)?.p95Ms ?? leftMs);
  }

  /**
   * Sends a request, judges its answer, and notes how it went.
   *
   * @throws the reason of the caller's signal
   */
  async #send(
    granted: Granted,
    mostMs: number,
    { isAlone, signal }: Manner,
  ): Promise<Answer | ModelFailure> {
    const { model } = granted;
    const { prompt, fits } = this.#subject;
    const { onText } = this.#options;
    const startedMs = Date.now();
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(late(mostMs)), mostMs);
    const ending = AbortSignal.any([this.#endingWith(signal), limit.signal]);
    // What comes late belongs to no answer: the next model may have begun.
    const hearPiece = (piece: string) => ending.aborted || onText?.(piece, model.name);
    const listener = isAlone && onText ? hearPiece : undefined;
    this.#hasSent = true;
    const sent = this.#parts.ask(model, prompt, { signal: ending, onText: listener });
    let answer: Awaited<typeof sent> | undefined;
    const end = (outcome: Outcome, failure?: ModelFailure): void => {
      const ended = {
        outcome,
        tookMs: Date.now() - startedMs,
        isWhole: answer !== undefined,
        usage: answer?.usage,
        mayHaveCost: answer !== undefined || failure!.mayHaveCost,
        error: failure?.message,
      };
      this.tally.end(granted, ended, lastHeard(model.key)?.p95Ms);
    };
    try {
      answer = await untilAborted(ending, sent);
      const valid = judge(answer, prompt, fits);
      end("ok");
      return { ...valid, model };
    } catch (error) {
      const isLate = error === this.#late;
      const failure = isLate ? late(Date.now() - startedMs) : failureOf(error, ending);
      end(failure.outcome, failure);
      if (error instanceof ModelFailure) return failure;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #pausedForRetry(
    { key }: Model,
    { outcome, retryAfterMs }: ModelFailure,
    queue: readonly Model[],
    { isAlone, signal }: Manner,
  ): Promise<boolean> {
    if (!PASSING.has(outcome) || this.#retried.has(key)) return false;
    // Another one may be about to take the last of the queue.
    await this.#admissions;
    const others = queue.length;
    if (others > 0 && !isAlone) return false;
    const pauseMs = retryAfterMs ?? this.random() * LONGEST_PAUSE_MS;
    const usualMs = lastHeard(key)?.p50Ms ?? 0;
    if (others > 0 && pauseMs > PATIENCE_MS) return false;
    if (Date.now() + pauseMs + usualMs >= this.#endsAtMs) return false;
    this.#retried.add(key);
    const ending = this.#endingWith(signal);
    await wait(pauseMs, undefined, { signal: ending }).catch(() => {});
    return !ending.aborted;
  }
}

/** What stands for an error that no provider is known to throw, or for the reason why the caller has left. */
function failureOf(error: unknown, { aborted }: AbortSignal): ModelFailure {
  if (error instanceof ModelFailure) return error;
  const [outcome, message] = aborted
    ? (["cancelled", "Nobody waits for it any more."] as const)
    : (["error", "It failed for an unknown reason."] as const);
  return new ModelFailure(outcome, message, { mayHaveCost: true });
}

const PASSED_OVER: Readonly<Record<Admitted["passedOver"][number]["outcome"], string>> = {
  circuit_open: "It has failed several times lately, and is left alone for a moment.",
  over_budget: "Today's budget does not reach for it.",
  unpriced: "Its price is not known here, where money is limited.",
};

function late(ms: number): ModelFailure {
  const seconds = Math.max(0.1, Math.round(ms / 100) / 10);
  return new ModelFailure("timeout", `No answer came within ${seconds} s.`, {
    mayHaveCost: true,
  });
}

/** @throws the reason of the signal, at once when it aborts: whatever does the work may not notice */
function untilAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject);
  });
}
