import { type BulkheadPolicy, BulkheadRejectedError, bulkhead } from "cockatiel";
import { UpstreamDown, UpstreamRefused } from "../errors.ts";
import type { Provider } from "./contract.ts";
import { allowedAgainMs, type Counts, countOneMore } from "./rate.ts";

/** Open-Meteo's free service takes one request of an address at a time, and lets six wait (open-meteo/open-meteo#1493). */
const MOST_AT_ONCE = 4;
const MOST_WAITING = 100;
/** Who waits for longer is better served by the next provider. */
const LONGEST_WAIT_MS = 1_000;
/** After a 429 that does not say for how long; twice as long after each next one. */
const FIRST_REST_MS = 60_000;
/** After 401 and 403: whoever goes on asking is blocked. */
const UNWELCOME_REST_MS = 600_000;
const FAILURES_TO_REST = 5;
const DOWN_REST_MS = 30_000;
/** No provider is left alone for longer, whatever it says. */
const LONGEST_REST_MS = 3_600_000;

/** `limited`: it may not be asked so often; `resting`: it has failed several times; `refused`: it does not want us. */
type Why = "limited" | "resting" | "refused";

/** A provider is not asked now. */
export class NotNow extends Error {
  override readonly name = "NotNow";
  readonly why: Why;
  readonly untilMs: number;

  constructor(why: Why, untilMs: number) {
    super(`It is left alone: ${why}`);
    this.why = why;
    this.untilMs = untilMs;
  }
}

/** How a provider has been since it was well. */
interface Lately {
  readonly failures: number;
  /** Answers 429. */
  readonly refusals: number;
  readonly rest: { readonly why: Why; readonly untilMs: number } | undefined;
}
const WELL: Lately = { failures: 0, refusals: 0, rest: undefined };

/** Lets through to a provider as many requests as it allows, a few at a time, and none while it is to be left alone. */
export class Gate {
  readonly #provider: Provider;
  readonly #kv: SyncKvStorage;
  readonly #turns: BulkheadPolicy = bulkhead(MOST_AT_ONCE, MOST_WAITING);

  constructor(provider: Provider, kv: SyncKvStorage) {
    this.#provider = provider;
    this.#kv = kv;
  }

  /** Why the provider may not be asked now; undefined: it may. */
  closed(): NotNow | undefined {
    const { rest } = this.#lately;
    if (rest && rest.untilMs > Date.now()) return new NotNow(rest.why, rest.untilMs);
    const { limits } = this.#provider;
    const untilMs = allowedAgainMs(this.#counts, limits, Date.now());
    return untilMs === undefined ? undefined : new NotNow("limited", untilMs);
  }

  /**
   * Makes a request when it is its turn.
   *
   * @throws NotNow without making it; whatever the request throws
   */
  async pass<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const closed = this.closed();
    if (closed) throw closed;
    const latestMs = Date.now() + LONGEST_WAIT_MS;
    try {
      return await this.#turns.execute(() => this.#ask(ask, latestMs));
    } catch (error) {
      if (error instanceof BulkheadRejectedError) throw tooMany();
      throw error;
    }
  }

  async #ask<Answer>(ask: () => Promise<Answer>, latestMs: number): Promise<Answer> {
    if (Date.now() > latestMs) throw tooMany();
    // While it waited, others may have learnt that it must not be asked.
    const closed = this.closed();
    if (closed) throw closed;
    this.#count();
    try {
      const answer = await ask();
      if (!this.#isResting) this.#kv.delete(this.#latelyKey);
      return answer;
    } catch (error) {
      this.#learn(error);
      throw error;
    }
  }

  #count(): void {
    const { name, limits } = this.#provider;
    if (limits.length === 0) return;
    const counts = countOneMore(this.#counts, limits, Date.now());
    if (counts) this.#kv.put(`counts:${name}`, counts);
  }

  /** Requests that were under way when the rest began tell nothing new, unless they say for how long it is to be. */
  #learn(error: unknown): void {
    if (error instanceof UpstreamDown) {
      const { status, retryAfterMs } = error;
      if (this.#isResting && !retryAfterMs) return;
      const { failures, refusals } = this.#lately;
      if (status === 429) {
        const restMs = retryAfterMs || FIRST_REST_MS * 2 ** refusals;
        this.#rest("limited", restMs, { failures, refusals: refusals + 1 });
      } else {
        const isDown = failures + 1 >= FAILURES_TO_REST;
        const restMs = retryAfterMs || (isDown ? DOWN_REST_MS : 0);
        this.#rest("resting", restMs, { failures: failures + 1, refusals });
      }
    } else if (error instanceof UpstreamRefused && (error.status === 401 || error.status === 403)) {
      this.#rest("refused", UNWELCOME_REST_MS, this.#lately);
    }
  }

  #rest(why: Why, ms: number, { failures, refusals }: Omit<Lately, "rest">): void {
    const rest = { why, untilMs: Date.now() + Math.min(ms, LONGEST_REST_MS) };
    this.#kv.put<Lately>(this.#latelyKey, { failures, refusals, rest });
  }

  get #isResting(): boolean {
    return (this.#lately.rest?.untilMs ?? 0) > Date.now();
  }

  get #lately(): Lately {
    return this.#kv.get<Lately>(this.#latelyKey) ?? WELL;
  }

  get #latelyKey(): string {
    return `lately:${this.#provider.name}`;
  }

  get #counts(): Counts {
    return this.#kv.get<Counts>(`counts:${this.#provider.name}`) ?? [];
  }
}

function tooMany(): NotNow {
  return new NotNow("limited", Date.now() + LONGEST_WAIT_MS);
}
