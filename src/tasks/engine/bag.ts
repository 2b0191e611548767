/** What a task has still to do, and what has come of the rest. All values are JSON. */
export interface WaitingChunk {
  readonly id: number;
  /** Undefined: all parts are there and are to be joined. */
  readonly chunk: string | undefined;
  /** How often it was begun. */
  readonly tries: number;
}

interface Row extends Record<string, SqlStorageValue> {
  id: number;
  chunk: string | null;
  tries: number;
}

/** A chunk is to be done; the joining, which has no chunk, only behind all others. */
const WAITING = `is_done = 0
  AND (chunk IS NOT NULL OR NOT EXISTS (SELECT 1 FROM chunks WHERE is_done = 0 AND chunk IS NOT NULL))`;

/**
 * The chunks of a task, in the database of its object. Who runs a chunk is not written down: an object that was begun anew
 * can no more hear what came of it, and has it run again.
 */
export class Bag {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  fill(chunks: readonly string[]): void {
    this.#sql.exec(`
      CREATE TABLE chunks (
        id INTEGER PRIMARY KEY,
        parent INTEGER, -- whose 'next' it was
        chunk TEXT, -- none: joins the parts
        due_at_ms INTEGER NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        is_done INTEGER NOT NULL DEFAULT 0,
        part TEXT
      );
      CREATE INDEX undone ON chunks (id) WHERE is_done = 0;
    `);
    this.#add(null, [null, ...chunks], 0);
  }

  /** Some that are due, by their ids. */
  due(nowMs: number, most: number): WaitingChunk[] {
    const query = `SELECT id, chunk, tries FROM chunks WHERE ${WAITING} AND due_at_ms <= ? ORDER BY id LIMIT ?`;
    const rows = this.#sql.exec<Row>(query, nowMs, most).toArray();
    return rows.map(({ id, chunk, tries }) => ({ id, chunk: chunk ?? undefined, tries }));
  }

  /** When the next one is due, from some time on; undefined if none is. */
  nextDueAtMs(fromMs: number): number | undefined {
    const query = `SELECT min(due_at_ms) AS due FROM chunks WHERE ${WAITING} AND due_at_ms >= ?`;
    return this.#sql.exec<{ due: number | null }>(query, fromMs).one().due ?? undefined;
  }

  /** Notes that a chunk begins: also one whose processes die with it has only so many tries. */
  begin(id: number): void {
    this.#sql.exec("UPDATE chunks SET tries = tries + 1 WHERE id = ?", id);
  }

  /** Whether it was not done before. */
  finish(id: number, part: string | undefined, next: readonly string[], dueAtMs: number): boolean {
    const done = "UPDATE chunks SET is_done = 1, chunk = '', part = ? WHERE id = ? AND is_done = 0";
    if (this.#sql.exec(done, part ?? null, id).rowsWritten === 0) return false;
    this.#add(id, next, dueAtMs);
    return true;
  }

  postpone(id: number, dueAtMs: number): void {
    this.#sql.exec("UPDATE chunks SET due_at_ms = ? WHERE id = ?", dueAtMs, id);
  }

  /** The parts: each behind that of the chunk it came from, those of one chunk in their order. */
  parts(): string[] {
    const rows = this.#sql
      .exec<{ id: number; parent: number | null; part: string | null }>(
        "SELECT id, parent, part FROM chunks WHERE chunk IS NOT NULL ORDER BY id DESC",
      )
      .toArray();
    const children = Map.groupBy(rows, ({ parent }) => parent);
    const parts: string[] = [];
    const open = [...(children.get(null) ?? [])];
    for (let row = open.pop(); row; row = open.pop()) {
      if (row.part !== null) parts.push(row.part);
      open.push(...(children.get(row.id) ?? []));
    }
    return parts;
  }

  empty(): void {
    this.#sql.exec("DELETE FROM chunks");
  }

  #add(parent: number | null, chunks: readonly (string | null)[], dueAtMs: number): void {
    for (const chunk of chunks) {
      const added = "INSERT INTO chunks (parent, chunk, due_at_ms) VALUES (?, ?, ?)";
      this.#sql.exec(added, parent, chunk, dueAtMs);
    }
  }
}
