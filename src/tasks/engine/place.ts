import { type Budget, Spending } from "../../budgets/spending.ts";
import { type Config, configOf } from "../../config/config.ts";
import { Busy, CallerError, OverBudget } from "../../errors.ts";
import type { Metrics } from "../../observe/metrics.ts";
import { objectCall, Patience } from "../../stores/patience.ts";
import type { Begun, Order } from "./order.ts";
import type { Admission, Applicant, Most, TaskRegister } from "./register.ts";

/** One object knows all. */
export const REGISTER = "register";
export const REGISTER_CALL = objectCall("the register of tasks");

/** So many times the recovery: then who is without a word is dead. */
const LEASE_IN_RECOVERIES = 5;
/** The day that it counts on is over before. */
const RESERVED_MS = 48 * 3_600_000;
/** The server's own: an import may wait for another for hours, and waiting costs nothing. */
const MOST_OWN: Most = { running: 100, runningOfHolder: 100, queued: 10_000 };

/** How many tasks of a pool there may be. */
export function mostOf(
  pool: Applicant["pool"],
  config: Pick<Config, "maxRunningTasks" | "maxRunningTasksPerCaller" | "maxQueuedTasks">,
): Most {
  if (pool === "own") return MOST_OWN;
  return {
    running: config.maxRunningTasks,
    runningOfHolder: config.maxRunningTasksPerCaller,
    queued: config.maxQueuedTasks,
  };
}

/** What a task needs of others to run: its part of a budget, and a place. */
export class Place {
  readonly #id: string;
  readonly #about: Pick<Order, "pool" | "holder" | "joinKey" | "payer" | "cost">;
  readonly #config: Config;
  readonly #spending: Spending;
  readonly #register: () => DurableObjectStub<TaskRegister>;
  readonly #patience: Patience;

  constructor(
    id: string,
    about: Pick<Order, "pool" | "holder" | "joinKey" | "payer" | "cost">,
    env: Env,
    metrics: Metrics,
  ) {
    this.#id = id;
    this.#about = about;
    this.#config = configOf(env);
    this.#spending = new Spending(env.BUDGETS, metrics);
    this.#register = () => env.TASK_REGISTER.getByName(REGISTER);
    this.#patience = new Patience(metrics);
  }

  /** Why the budget is not enough, if it is not. */
  async reserve(): Promise<Begun | undefined> {
    const budget = this.#budget;
    if (!budget) return undefined;
    const untilMs = Date.now() + RESERVED_MS;
    try {
      await this.#spending.reserve(budget, { id: this.#id, amount: this.#about.cost, untilMs });
      return undefined;
    } catch (error) {
      // Classes of errors do not pass between objects.
      if (error instanceof Busy || !(error instanceof CallerError)) throw error;
      const retryAfterMs = error instanceof OverBudget ? error.retryAfterMs : undefined;
      return { kind: "refused", reason: error.message, retryAfterMs };
    }
  }

  /** Never more than was reserved. */
  async pay(cost: number): Promise<void> {
    const budget = this.#budget;
    const used = Math.min(cost, this.#about.cost);
    if (budget) await this.#spending.settle(budget, this.#id, used);
  }

  /** Asks for a place, or keeps the one that it has. */
  ask(state: Applicant["state"]): Promise<Admission> {
    const { pool, holder, joinKey } = this.#about;
    const leaseMs = LEASE_IN_RECOVERIES * this.#config.taskRecoverySeconds * 1_000;
    const applicant: Applicant = {
      ...{ id: this.#id, pool, holder, joinKey, state },
      expiresAtMs: Date.now() + leaseMs,
    };
    return this.#patience.call(REGISTER_CALL, async () =>
      this.#register().admit(applicant, this.#most),
    );
  }

  /** Gives it back. @param joinedUntilMs until when the same call joins the task; undefined: no more */
  async release(joinedUntilMs: number | undefined): Promise<void> {
    const task = { id: this.#id, pool: this.#about.pool };
    await this.#patience.call(REGISTER_CALL, () =>
      this.#register().release(task, this.#most, joinedUntilMs),
    );
  }

  get #budget(): Budget | undefined {
    const { payer } = this.#about;
    const most = this.#config.taskCostPerDay;
    return payer === undefined ? undefined : { subject: payer, what: "units of work", most };
  }

  get #most(): Most {
    return mostOf(this.#about.pool, this.#config);
  }
}
