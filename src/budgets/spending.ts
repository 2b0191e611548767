import { sha256Hex } from "../digest.ts";
import { Busy, CallerError, OverBudget } from "../errors.ts";
import type { Metrics } from "../observe/metrics.ts";
import { objectCall, Patience } from "../stores/patience.ts";
import type { Budgets, Reservation } from "./budgets.ts";

/** How much a subject may use up in a day. */
export interface Budget {
  readonly subject: string;
  /** What is counted, for errors, too: "imported rows". */
  readonly what: string;
  /** 0: any amount. */
  readonly most: number;
}

/** Work that uses it up. */
export interface Work<Result> {
  /** Names the work: done again, it is not counted again. */
  readonly id: string;
  /** What it will use at most. */
  readonly amount: number;
  run(): Promise<Result>;
  /** What it has used. */
  usedBy(result: Result): number;
}

/** Work that has not ended by then has died. */
const LONGEST_WORK_MS = 10 * 60_000;

/** What subjects use up of what is counted exactly. Nothing that only reads asks it. */
export class Spending {
  readonly #objects: DurableObjectNamespace<Budgets>;
  readonly #patience: Patience;

  constructor(objects: DurableObjectNamespace<Budgets>, metrics: Pick<Metrics, "count">) {
    this.#objects = objects;
    this.#patience = new Patience(metrics);
  }

  /**
   * Does some work within a budget. What may have been done, though it has failed, stays reserved for some minutes; the same
   * work can be done again meanwhile.
   *
   * @throws OverBudget if not enough of it is left today
   * @throws StoreDown if the object that counts does not answer
   */
  async within<Result>(budget: Budget, { id, amount, run, usedBy }: Work<Result>): Promise<Result> {
    await this.reserve(budget, { id, amount, untilMs: Date.now() + LONGEST_WORK_MS });
    // What cannot be settled was logged, and its reservation lapses.
    const settle = (used: number) => this.settle(budget, id, used).catch(() => {});
    try {
      const result = await run();
      await settle(usedBy(result));
      return result;
    } catch (error) {
      if (hasDoneNothing(error)) await settle(0);
      throw error;
    }
  }

  /**
   * Reserves what some work will use at most, for whoever settles it later.
   *
   * @throws OverBudget if not enough of it is left today
   * @throws StoreDown if the object that counts does not answer
   */
  async reserve(budget: Budget, work: Pick<Reservation, "id" | "amount" | "untilMs">) {
    const { subject, what, most } = budget;
    if (most === 0) return;
    if (work.amount > most) throw tooMuchAtOnce(budget, work.amount);
    const ask = await this.#of(subject);
    const refusal = await ask((object) => object.reserve({ ...work, what, most }));
    if (refusal) throw spent(budget, work.amount, refusal.left, refusal.dayEndsAtMs);
  }

  /** Counts what some work has used. @throws StoreDown if the object that counts does not answer */
  async settle({ subject, what, most }: Budget, id: string, used: number): Promise<void> {
    if (most === 0) return;
    const ask = await this.#of(subject);
    await ask((object) => object.settle(what, id, used));
  }

  async #of(subject: string) {
    // Names of objects show in consoles.
    const name = await sha256Hex(subject);
    return <Answer>(ask: (object: DurableObjectStub<Budgets>) => Promise<Answer>) =>
      this.#patience.call(objectCall("budgets"), () => ask(this.#objects.getByName(name)));
  }
}

/** Whether work was refused before it began. If it was not answered, nobody knows. */
function hasDoneNothing(error: unknown): boolean {
  return error instanceof CallerError && !(error instanceof Busy);
}

function tooMuchAtOnce({ what, most }: Budget, amount: number): CallerError {
  return new CallerError(
    `A day has ${most} ${what} here, and this alone would be ${amount}: send less, or have the operator allow more.`,
  );
}

function spent({ what, most }: Budget, amount: number, left: number, dayEndsAtMs: number) {
  const retryAfterMs = Math.max(1_000, dayEndsAtMs - Date.now());
  return new OverBudget(
    `Today's budget is ${most} ${what}: ${left} left, and this would be ${amount}. The next day begins at ${new Date(dayEndsAtMs).toISOString()}.`,
    retryAfterMs,
  );
}
