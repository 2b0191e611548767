import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";

/** What one statement took. */
export interface Run {
  readonly rows: readonly unknown[];
  /** Inside SQLite: binding, stepping, fetching the rows. */
  readonly milliseconds: number;
  /** As D1 counts and bills them; 0 where SQLite is asked directly. */
  readonly rowsRead: number;
}

export type RunStatement = (sql: string, parameters: readonly unknown[]) => Run | Promise<Run>;

/**
 * A database with the face of D1, as far as src/places uses it, that keeps account of each statement:
 * the product's own code loads the bench's stores and asks the bench's questions through it.
 */
export class MeteredDatabase {
  /** The statements with parameters since this was last emptied. Those without read the snapshot. */
  runs: Run[] = [];
  readonly #run: RunStatement;

  constructor(run: RunStatement) {
    this.#run = run;
  }

  /** What these statements took together. */
  get milliseconds(): number {
    return this.runs.reduce((sum, run) => sum + run.milliseconds, 0);
  }

  get d1(): D1Database {
    return this as unknown as D1Database;
  }

  withSession(): this {
    return this;
  }

  prepare(sql: string): MeteredStatement {
    return new MeteredStatement(this, sql, []);
  }

  /** Not all or nothing, as D1 has it: who uses it runs no two at once and stops at the first failure. */
  async batch(statements: readonly MeteredStatement[]) {
    const results: Awaited<ReturnType<MeteredStatement["run"]>>[] = [];
    for (const statement of statements) results.push(await statement.run());
    return results;
  }

  async execute(sql: string, parameters: readonly unknown[]): Promise<Run> {
    const run = await this.#run(sql, parameters);
    if (parameters.length > 0) this.runs.push(run);
    return run;
  }
}

class MeteredStatement {
  readonly #database: MeteredDatabase;
  readonly #sql: string;
  readonly #parameters: readonly unknown[];

  constructor(database: MeteredDatabase, sql: string, parameters: readonly unknown[]) {
    this.#database = database;
    this.#sql = sql;
    this.#parameters = parameters;
  }

  bind(...parameters: unknown[]): MeteredStatement {
    return new MeteredStatement(this.#database, this.#sql, parameters);
  }

  async run() {
    const { rows, rowsRead } = await this.#database.execute(this.#sql, this.#parameters);
    return { results: rows, meta: { rows_read: rowsRead, rows_written: 0 } };
  }

  all = this.run;

  async first() {
    return (await this.run()).results[0] ?? null;
  }
}

/** Runs statements in a SQLite file, each prepared once. */
export function inSqlite(file: DatabaseSync): RunStatement {
  const prepared = new Map<string, StatementSync>();
  return (sql, parameters) => {
    let statement = prepared.get(sql);
    if (!statement) {
      statement = file.prepare(sql);
      prepared.set(sql, statement);
    }
    const startedAt = performance.now();
    const rows = statement.all(...(parameters as SQLInputValue[]));
    return { rows, milliseconds: performance.now() - startedAt, rowsRead: 0 };
  };
}

/** Runs statements in D1; the time is the one that D1 itself states. */
export function inD1(database: D1Database): RunStatement {
  return async (sql, parameters) => {
    const { results, meta } = await database
      .prepare(sql)
      .bind(...parameters)
      .all();
    return { rows: results, milliseconds: meta.duration, rowsRead: meta.rows_read };
  };
}
