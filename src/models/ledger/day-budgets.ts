import { DAY_MS, utcDayOf } from "../../hours/calendar.ts";
import type { Bid, Spent } from "../contract.ts";

/** What is settled late still finds its day. */
const KEPT_AFTER_DAY_MS = 3_600_000;

interface Row extends Record<string, SqlStorageValue> {
  holder: string;
  day: number;
  nanodollars: number;
  tokens: number;
}

/**
 * What holders have used up of a day's money and tokens (UTC). What is reserved counts as used from the beginning, and what
 * was not used is given back when it is settled: so what nobody settles counts whole, without anything that watches over it.
 */
export class DayBudgets {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS used (
        holder TEXT NOT NULL,
        day INTEGER NOT NULL,
        nanodollars INTEGER NOT NULL,
        tokens INTEGER NOT NULL,
        PRIMARY KEY (holder, day)
      ) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS reservations (
        id TEXT PRIMARY KEY,
        holder TEXT NOT NULL,
        day INTEGER NOT NULL,
        nanodollars INTEGER NOT NULL,
        tokens INTEGER NOT NULL
      ) WITHOUT ROWID;
    `);
  }

  /** Reserves the money and the tokens of a bid. @returns whether there were enough of both */
  reserve(id: string, holder: string, mostADay: Spent, bid: Bid, nowMs: number): boolean {
    if (!isLimited(mostADay)) return true;
    const left = this.left(holder, mostADay, nowMs);
    const fits = isAmount(bid) && bid.nanodollars <= left.nanodollars && bid.tokens <= left.tokens;
    if (!fits) return false;
    const { nanodollars, tokens } = bid;
    const day = utcDayOf(nowMs);
    this.#sql.exec(
      "INSERT INTO reservations VALUES (?, ?, ?, ?, ?)",
      ...[id, holder, day, nanodollars, tokens],
    );
    this.#use(holder, day, nanodollars, tokens);
    return true;
  }

  /** What is left today; infinite where it is not limited. */
  left(holder: string, mostADay: Spent, nowMs: number): Spent & { readonly dayEndsAtMs: number } {
    const day = utcDayOf(nowMs);
    const query = "SELECT nanodollars, tokens FROM used WHERE holder = ? AND day = ?";
    const [used] = this.#sql.exec<Row>(query, holder, day).toArray();
    const leftOf = (what: keyof Spent) =>
      mostADay[what] === 0 ? Infinity : Math.max(0, mostADay[what] - (used?.[what] ?? 0));
    return {
      nanodollars: leftOf("nanodollars"),
      tokens: leftOf("tokens"),
      dayEndsAtMs: (day + 1) * DAY_MS,
    };
  }

  /** Counts what was used, be it more than was reserved. Settled again, or of an earlier day, it changes nothing. */
  settle(id: string, used: Spent): void {
    const known =
      "DELETE FROM reservations WHERE id = ? RETURNING holder, day, nanodollars, tokens";
    const [reserved] = this.#sql.exec<Row>(known, id).toArray();
    // What is no amount is not known: all that was reserved counts.
    if (!reserved || !isAmount(used)) return;
    const { holder, day, nanodollars, tokens } = reserved;
    this.#use(holder, day, used.nanodollars - nanodollars, used.tokens - tokens);
  }

  get isEmpty(): boolean {
    return this.#sql.exec("SELECT 1 FROM used LIMIT 1").toArray().length === 0;
  }

  /** Removes what is of earlier days. */
  removeOld(nowMs: number): void {
    const day = utcDayOf(nowMs - KEPT_AFTER_DAY_MS);
    this.#sql.exec("DELETE FROM reservations WHERE day < ?", day);
    this.#sql.exec("DELETE FROM used WHERE day < ?", day);
  }

  #use(holder: string, day: number, nanodollars: number, tokens: number): void {
    this.#sql.exec(
      `INSERT INTO used VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET
        nanodollars = nanodollars + excluded.nanodollars, tokens = tokens + excluded.tokens`,
      ...[holder, day, nanodollars, tokens],
    );
  }
}

/** Whether a day's amount of anything is limited: else nothing is counted. */
export function isLimited({ nanodollars, tokens }: Spent): boolean {
  return nanodollars > 0 || tokens > 0;
}

/** When what is of this day can be removed. */
export function removableAtMs(nowMs: number): number {
  return (utcDayOf(nowMs) + 1) * DAY_MS + KEPT_AFTER_DAY_MS;
}

function isAmount({ nanodollars, tokens }: Spent): boolean {
  return [nanodollars, tokens].every((amount) => Number.isSafeInteger(amount) && amount >= 0);
}
