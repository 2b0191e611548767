import { DurableObject } from "cloudflare:workers";
import {
  type Admission,
  type Admitted,
  type Ended,
  type Health,
  requestIdOf,
  type Settlement,
} from "../contract.ts";
import { circuitOf, healthOf } from "./condition.ts";
import { Conditions } from "./conditions.ts";
import { DayBudgets, isLimited, removableAtMs } from "./day-budgets.ts";
import { KeptAnswers } from "./kept-answers.ts";

/**
 * Admits requests to models, for all isolates: there is one such object. What a call needs to know is answered at once,
 * without a pause in between, so that budgets and circuits hold however many ask at once. All of it is stored.
 */
export class ModelLedger extends DurableObject<Env> {
  readonly #budgets: DayBudgets;
  readonly #conditions: Conditions;
  readonly #answers: KeptAnswers;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    const { sql } = state.storage;
    this.#budgets = new DayBudgets(sql);
    this.#conditions = new Conditions(sql);
    this.#answers = new KeptAnswers(sql);
  }

  /** @param givenUpAtMs when whoever asks has stopped waiting: then nothing is reserved for them any more */
  async admit(admission: Admission, givenUpAtMs: number): Promise<Admitted> {
    const nowMs = Date.now();
    const { holder, ended, cacheKey, bids } = admission;
    this.#settle(ended, holder, nowMs);
    if (nowMs >= givenUpAtMs) return { kept: undefined, ...NOTHING, health: {} };
    const kept = cacheKey === undefined ? undefined : this.#answers.find(cacheKey, nowMs);
    const chosen = kept === undefined ? this.#choose(admission, nowMs) : NOTHING;
    const trials = new Map(chosen.requests.map(({ id, key }) => [key, id]));
    const health = Object.fromEntries(
      bids.map(({ key }) => [key, healthOf(this.#conditions.of(key), trials.get(key))]),
    );
    if (isLimited(admission.mostADay) || ended.length > 0) await this.#ring(removableAtMs(nowMs));
    return { kept, ...chosen, health };
  }

  async settle({ holder, ended, keep }: Settlement): Promise<void> {
    const nowMs = Date.now();
    this.#settle(ended, holder, nowMs);
    await this.#ring(removableAtMs(nowMs));
    if (!keep) return;
    const { cacheKey, answer, ttlSeconds } = keep;
    this.#answers.keep(cacheKey, holder, answer, nowMs + ttlSeconds * 1_000);
    await this.#ringForAnswers(nowMs);
  }

  /** How models are, by their keys. */
  health(keys: readonly string[]): Readonly<Record<string, Health>> {
    return Object.fromEntries(keys.map((key) => [key, healthOf(this.#conditions.of(key))]));
  }

  /** Removes what is over. */
  override async alarm(): Promise<void> {
    const nowMs = Date.now();
    this.#budgets.removeOld(nowMs);
    this.#conditions.removeOld(nowMs);
    this.#answers.removeExpired(nowMs);
    const isUsed = !(this.#budgets.isEmpty && this.#conditions.isEmpty);
    if (isUsed) await this.#ring(removableAtMs(nowMs));
    await this.#ringForAnswers(nowMs);
  }

  #settle(ended: readonly Ended[], holder: string, nowMs: number): void {
    for (const request of ended) {
      this.#budgets.settle(request.id, request.used);
      this.#conditions.learn({ ...request, holder }, nowMs);
    }
  }

  /** Takes the first bids that are well and within the budget. */
  #choose(admission: Admission, nowMs: number): Chosen {
    const { holder, mostADay, bids, wanted, untilMs } = admission;
    const requests: Admitted["requests"][number][] = [];
    const passedOver: Admitted["passedOver"][number][] = [];
    for (const bid of bids) {
      if (requests.length === wanted) break;
      const { key } = bid;
      const circuit = circuitOf(this.#conditions.of(key), holder, nowMs);
      const id = requestIdOf(admission, key);
      if (circuit === "open") passedOver.push({ key, outcome: "circuit_open" });
      else if (!this.#budgets.reserve(id, holder, mostADay, bid, nowMs)) {
        passedOver.push({ key, outcome: "over_budget" });
      } else {
        if (circuit === "ready") this.#conditions.beginTrial(key, { id, holder, untilMs }, nowMs);
        requests.push({ id, key });
      }
    }
    const isShort = passedOver.some(({ outcome }) => outcome === "over_budget");
    const left = isShort ? this.#budgets.left(holder, mostADay, nowMs) : undefined;
    return { requests, passedOver, left };
  }

  async #ringForAnswers(nowMs: number): Promise<void> {
    const atMs = this.#answers.removableAtMs(nowMs);
    if (atMs !== undefined) await this.#ring(atMs);
  }

  /** Has the alarm ring then, or earlier. */
  async #ring(atMs: number): Promise<void> {
    const { storage } = this.ctx;
    const setMs = await storage.getAlarm();
    if (setMs === null || setMs > atMs) await storage.setAlarm(atMs);
  }
}

type Chosen = Pick<Admitted, "requests" | "passedOver" | "left">;

const NOTHING: Chosen = { requests: [], passedOver: [], left: undefined };
