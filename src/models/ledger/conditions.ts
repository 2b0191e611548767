import {
  type Condition,
  type Experience,
  learn,
  type Trial,
  UNKNOWN,
  withTrial,
} from "./condition.ts";

/** What nothing was heard of for so long is forgotten: the operator may have taken the model out. */
const KEPT_MS = 24 * 3_600_000;

interface Row extends Record<string, SqlStorageValue> {
  key: string;
  condition: string;
}

/**
 * How all models have been. It is stored, latencies and counts of failures, too: where there are few calls, the object is
 * evicted between two of them, and would never learn that a model is down.
 */
export class Conditions {
  readonly #sql: SqlStorage;
  readonly #ofModel: Map<string, Condition>;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS models (
        key TEXT PRIMARY KEY,
        condition TEXT NOT NULL, -- JSON
        changed_at_ms INTEGER NOT NULL
      ) WITHOUT ROWID
    `);
    const rows = sql.exec<Row>("SELECT key, condition FROM models").toArray();
    // A record of an earlier version may not have all.
    this.#ofModel = new Map(
      rows.map(({ key, condition }) => [key, { ...UNKNOWN, ...JSON.parse(condition) }]),
    );
  }

  of(key: string): Condition {
    return this.#ofModel.get(key) ?? UNKNOWN;
  }

  learn(experience: Experience, nowMs: number): void {
    const before = this.of(experience.key);
    const after = learn(before, experience, nowMs);
    if (after !== before) this.#store(experience.key, after, nowMs);
  }

  beginTrial(key: string, trial: Trial, nowMs: number): void {
    this.#store(key, withTrial(this.of(key), trial), nowMs);
  }

  get isEmpty(): boolean {
    return this.#ofModel.size === 0;
  }

  removeOld(nowMs: number): void {
    const old = "DELETE FROM models WHERE changed_at_ms <= ? RETURNING key";
    const removed = this.#sql.exec<{ key: string }>(old, nowMs - KEPT_MS).toArray();
    for (const { key } of removed) this.#ofModel.delete(key);
  }

  #store(key: string, condition: Condition, nowMs: number): void {
    this.#ofModel.set(key, condition);
    const text = JSON.stringify(condition);
    this.#sql.exec("INSERT OR REPLACE INTO models VALUES (?, ?, ?)", key, text, nowMs);
  }
}
