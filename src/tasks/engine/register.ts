import { DurableObject } from "cloudflare:workers";

/** A task that wants to run. */
export interface Applicant {
  readonly id: string;
  /** What callers submit, and what the server does of itself, do not take each other's places. */
  readonly pool: "callers" | "own";
  /** Who has a share of the pool. */
  readonly holder: string;
  /** Another task with the same is joined instead. */
  readonly joinKey: string | undefined;
  /** What it was told before, which is held to. */
  readonly state: "new" | "queued" | "running";
  /** Without a word until then it is asked for one, and soon after counts as dead. */
  readonly expiresAtMs: number;
}

/** How many tasks of a pool there may be. */
export interface Most {
  readonly running: number;
  readonly runningOfHolder: number;
  readonly queued: number;
}

export type Admission =
  | { readonly kind: "running" }
  /** 1 is next. */
  | { readonly kind: "queued"; readonly position: number }
  | { readonly kind: "joins"; readonly id: string }
  | { readonly kind: "full" };

interface Row extends Record<string, SqlStorageValue> {
  id: string;
  holder: string;
  state: "queued" | "running" | "ended";
  number: number;
}

/** So much of the queue one holder may take. */
const SHARE_OF_QUEUE = 1 / 4;
/** How long a task that is asked for a word has: nobody had any while the server was down. */
const ASKED_MS = 30_000;

/**
 * Knows which tasks run and which wait; there is one such object. It is asked when a task begins and ends, and now and then
 * in between: a task that ends without a word loses its place in time. Each answer is worked out without a pause, so that
 * the limits hold however many ask at once.
 */
export class TaskRegister extends DurableObject<Env> {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    state.storage.sql.exec(`
      CREATE TABLE IF NOT EXISTS tasks (
        number INTEGER PRIMARY KEY, -- in the order in which they came
        id TEXT NOT NULL UNIQUE,
        pool TEXT NOT NULL,
        holder TEXT NOT NULL,
        join_key TEXT UNIQUE,
        state TEXT NOT NULL,
        expires_at_ms INTEGER NOT NULL,
        is_asked INTEGER NOT NULL DEFAULT 0 -- for a word
      );
      CREATE INDEX IF NOT EXISTS by_state ON tasks (pool, state, holder);
      CREATE INDEX IF NOT EXISTS by_end ON tasks (expires_at_ms);
    `);
  }

  /** Gives a task its place, or keeps it for longer. */
  admit(applicant: Applicant, most: Most): Admission {
    const { id, pool, holder, joinKey = null, state, expiresAtMs } = applicant;
    this.#bury(pool, most);
    const kept = "UPDATE tasks SET expires_at_ms = ?, is_asked = 0 WHERE id = ?";
    if (this.#sql.exec(kept, expiresAtMs, id).rowsWritten === 0) {
      const isNew = state === "new";
      const other = this.#joined(joinKey);
      if (isNew && other !== undefined) return { kind: "joins", id: other };
      if (isNew && this.isFull(applicant, most)) return { kind: "full" };
      this.#sql.exec(
        "INSERT INTO tasks VALUES (NULL, ?, ?, ?, ?, ?, ?, 0)",
        ...[id, pool, holder, other === undefined ? joinKey : null],
        ...[isNew ? "queued" : state, expiresAtMs],
      );
      this.#promote(pool, most, id);
    }
    const place = this.#sql.exec<Row>("SELECT state, number FROM tasks WHERE id = ?", id).one();
    if (place.state !== "queued") return { kind: "running" };
    return { kind: "queued", position: this.#position(pool, place.number) };
  }

  /** Whether a new task would find no place, and none in the queue either. */
  isFull({ pool, holder }: Pick<Applicant, "pool" | "holder">, most: Most): boolean {
    this.#bury(pool, most);
    const count = (state: Row["state"], of?: string) => this.#count(pool, state, of);
    const runs = count("running") < most.running && count("running", holder) < most.runningOfHolder;
    const share = Math.ceil(most.queued * SHARE_OF_QUEUE);
    return !runs && (count("queued") >= most.queued || count("queued", holder) >= share);
  }

  /** The task that the same call joins. */
  joined(joinKey: string): string | undefined {
    this.#removeExpired();
    return this.#joined(joinKey);
  }

  /** The same call joins it no more. */
  part(id: string): void {
    this.#sql.exec("UPDATE tasks SET join_key = NULL WHERE id = ?", id);
  }

  /**
   * A task has ended, and others get its place.
   *
   * @param joinedUntilMs until when the same call joins it; undefined: no more
   */
  release(
    { id, pool }: Pick<Applicant, "id" | "pool">,
    most: Most,
    joinedUntilMs: number | undefined,
  ): void {
    if (joinedUntilMs === undefined) this.#remove(id);
    else {
      const ended = "UPDATE tasks SET state = 'ended', expires_at_ms = ? WHERE id = ?";
      this.#sql.exec(ended, joinedUntilMs, id);
    }
    this.#bury(pool, most);
  }

  /** How many tasks run, and how many wait. */
  counts(): { readonly running: number; readonly queued: number } {
    this.#removeExpired();
    const query = "SELECT count(*) AS tasks FROM tasks WHERE state = ?";
    const count = (state: string) => this.#sql.exec<{ tasks: number }>(query, state).one().tasks;
    return { running: count("running"), queued: count("queued") };
  }

  get #sql(): SqlStorage {
    return this.ctx.storage.sql;
  }

  #joined(joinKey: string | null): string | undefined {
    const query = "SELECT id FROM tasks WHERE join_key = ?";
    return this.#sql.exec<{ id: string }>(query, joinKey).toArray()[0]?.id;
  }

  #remove(id: string): void {
    this.#sql.exec("DELETE FROM tasks WHERE id = ?", id);
  }

  /** Takes out what is over, and what was asked for a word and gave none; asks what gives none. */
  #removeExpired(): void {
    const nowMs = Date.now();
    this.#sql.exec(
      "DELETE FROM tasks WHERE expires_at_ms <= ? AND (state = 'ended' OR is_asked)",
      nowMs,
    );
    const asked = `UPDATE tasks SET is_asked = 1, expires_at_ms = ? WHERE expires_at_ms <= ? RETURNING id`;
    const silent = this.#sql.exec<{ id: string }>(asked, nowMs + ASKED_MS, nowMs).toArray();
    for (const { id } of silent) this.#wake(id);
  }

  /** Takes out the dead, and lets others run in their places. */
  #bury(pool: Applicant["pool"], most: Most): void {
    this.#removeExpired();
    this.#promote(pool, most);
  }

  /** Lets run whatever may, in the order in which it came. */
  #promote(pool: Applicant["pool"], most: Most, applicant?: string): void {
    let running = this.#count(pool, "running");
    if (running >= most.running) return;
    const waiting = this.#sql
      .exec<Row>(
        "SELECT id, holder FROM tasks WHERE pool = ? AND state = 'queued' ORDER BY number",
        pool,
      )
      .toArray();
    for (const { id, holder } of waiting) {
      const own = this.#count(pool, "running", holder);
      if (own >= most.runningOfHolder) continue;
      this.#sql.exec("UPDATE tasks SET state = 'running' WHERE id = ?", id);
      if (id !== applicant) this.#wake(id);
      running += 1;
      if (running >= most.running) return;
    }
  }

  /** A task that does not hear of it asks before long. */
  #wake(id: string): void {
    const { TASKS } = this.env;
    const task = TASKS.get(TASKS.idFromString(id));
    this.ctx.waitUntil(task.wake().catch(() => {}));
  }

  #count(pool: Applicant["pool"], state: Row["state"], holder: string | null = null): number {
    const query =
      "SELECT count(*) AS tasks FROM tasks WHERE pool = ?1 AND state = ?2 AND (?3 IS NULL OR holder = ?3)";
    return this.#sql.exec<{ tasks: number }>(query, pool, state, holder).one().tasks;
  }

  #position(pool: Applicant["pool"], number: number): number {
    const query =
      "SELECT count(*) AS tasks FROM tasks WHERE pool = ? AND state = 'queued' AND number <= ?";
    return this.#sql.exec<{ tasks: number }>(query, pool, number).one().tasks;
  }
}
