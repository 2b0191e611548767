import { DurableObject } from "cloudflare:workers";
import { DAY_MS, utcDayOf } from "../hours/calendar.ts";

/** What somebody wants to use up of a day's budget. */
export interface Reservation {
  /** What is counted: "imported rows". */
  readonly what: string;
  /** Names the work. Reserved again, it is the same reservation, also when it is settled. */
  readonly id: string;
  /** At most so much will be used. */
  readonly amount: number;
  /** Of what is counted there is so much a day. */
  readonly most: number;
  /** Not settled until then, it lapses. */
  readonly untilMs: number;
}

/** Why nothing was reserved. */
export interface Refusal {
  readonly left: number;
  /** When there is a whole budget again. */
  readonly dayEndsAtMs: number;
}

/** What comes late is still told apart from what is new. */
const KEPT_AFTER_DAY_MS = 3_600_000;

interface Row extends Record<string, SqlStorageValue> {
  day: number;
  lapses_at_ms: number;
  used: number | null;
}

/**
 * What one subject has used today (UTC) of what is counted exactly. Each subject has an object. Before anything is used it is
 * reserved, and what was used is settled afterwards: so however many requests come at once, they never get more than the
 * day has.
 */
export class Budgets extends DurableObject<Env> {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    state.storage.sql.exec(`
      CREATE TABLE IF NOT EXISTS spent (
        what TEXT NOT NULL,
        day INTEGER NOT NULL,
        used INTEGER NOT NULL,
        PRIMARY KEY (what, day)
      );
      CREATE TABLE IF NOT EXISTS reservations (
        what TEXT NOT NULL,
        id TEXT NOT NULL,
        day INTEGER NOT NULL,
        amount INTEGER NOT NULL,
        lapses_at_ms INTEGER NOT NULL,
        used INTEGER, -- once it is settled
        PRIMARY KEY (what, id)
      );
      CREATE INDEX IF NOT EXISTS unsettled ON reservations (what, day, lapses_at_ms) WHERE used IS NULL;
    `);
  }

  /** Undefined if it is reserved. */
  async reserve({ what, id, amount, most, untilMs }: Reservation): Promise<Refusal | undefined> {
    const nowMs = Date.now();
    const day = utcDayOf(nowMs);
    const known = this.#find(what, id);
    if (known && (known.used !== null || known.lapses_at_ms > nowMs)) return undefined;
    const left = most - this.#taken(what, nowMs);
    const dayEndsAtMs = (day + 1) * DAY_MS;
    if (amount > left) return { left: Math.max(0, left), dayEndsAtMs };
    this.#sql.exec(
      "INSERT OR REPLACE INTO reservations VALUES (?, ?, ?, ?, ?, NULL)",
      ...[what, id, day, amount, untilMs],
    );
    await this.#keepAlarm();
    return undefined;
  }

  /**
   * Counts what was used, be it more than was reserved, or after the reservation has lapsed. Settled again, the most that was
   * told counts. What has used nothing is as if it never was.
   */
  async settle(what: string, id: string, used: number): Promise<void> {
    const known = this.#find(what, id);
    if (used === 0) {
      const undone = "DELETE FROM reservations WHERE what = ? AND id = ? AND used IS NULL";
      this.#sql.exec(undone, what, id);
      return;
    }
    const more = used - (known?.used ?? 0);
    if (more <= 0) return;
    const nowMs = Date.now();
    const day = known?.day ?? utcDayOf(nowMs);
    this.#sql.exec(
      `INSERT INTO reservations VALUES (?1, ?2, ?3, ?4, ?5, ?4)
      ON CONFLICT DO UPDATE SET used = excluded.used`,
      ...[what, id, day, used, nowMs],
    );
    this.#sql.exec(
      "INSERT INTO spent VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET used = used + excluded.used",
      ...[what, day, more],
    );
    await this.#keepAlarm();
  }

  /** Removes what is of earlier days. */
  override async alarm(): Promise<void> {
    const today = utcDayOf(Date.now() - KEPT_AFTER_DAY_MS);
    this.#sql.exec("DELETE FROM reservations WHERE day < ?", today);
    this.#sql.exec("DELETE FROM spent WHERE day < ?", today);
    const [row] = this.#sql.exec("SELECT 1 FROM reservations LIMIT 1");
    if (row) await this.#keepAlarm();
  }

  get #sql(): SqlStorage {
    return this.ctx.storage.sql;
  }

  #find(what: string, id: string): Row | undefined {
    const query = "SELECT day, lapses_at_ms, used FROM reservations WHERE what = ? AND id = ?";
    const [row] = this.#sql.exec<Row>(query, what, id);
    return row;
  }

  /** What was used today, and what may still be. */
  #taken(what: string, nowMs: number): number {
    const day = utcDayOf(nowMs);
    const query = `SELECT
      coalesce((SELECT used FROM spent WHERE what = ?1 AND day = ?2), 0) +
      coalesce((
        SELECT sum(amount) FROM reservations
        WHERE what = ?1 AND day = ?2 AND lapses_at_ms > ?3 AND used IS NULL
      ), 0) AS taken`;
    return this.#sql.exec<{ taken: number }>(query, what, day, nowMs).one().taken;
  }

  /** Has the alarm ring when the day is over. */
  async #keepAlarm(): Promise<void> {
    const { storage } = this.ctx;
    if ((await storage.getAlarm()) !== null) return;
    await storage.setAlarm((utcDayOf(Date.now()) + 1) * DAY_MS + KEPT_AFTER_DAY_MS);
  }
}
