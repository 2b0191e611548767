import type { Metrics } from "./metrics.ts";

/** What a request has cost so far. */
export interface Cost {
  readonly queries: number;
  /** What D1 counts, and bills. */
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly r2Reads: number;
}

/** What has been added to an earlier cost. */
export function costSince(before: Cost, now: Cost): Cost {
  return {
    queries: now.queries - before.queries,
    rowsRead: now.rowsRead - before.rowsRead,
    rowsWritten: now.rowsWritten - before.rowsWritten,
    r2Reads: now.r2Reads - before.r2Reads,
  };
}

/** Counts what goes through the databases and buckets that it has made. */
export class Meter {
  readonly #metrics: Pick<Metrics, "count"> | undefined;
  #queries = 0;
  #rowsRead = 0;
  #rowsWritten = 0;
  #r2Reads = 0;
  /** How many calls of tools and the like there have been. */
  calls = 0;

  /** @param metrics where it is counted for the operator, too */
  constructor(metrics?: Pick<Metrics, "count">) {
    this.#metrics = metrics;
  }

  get cost(): Cost {
    return {
      queries: this.#queries,
      rowsRead: this.#rowsRead,
      rowsWritten: this.#rowsWritten,
      r2Reads: this.#r2Reads,
    };
  }

  /** The same database, counted. */
  database(database: D1Database): D1Database {
    const metered = {
      prepare: (sql: string) => this.#statement(database.prepare(sql)),
      batch: (statements: D1PreparedStatement[]) => this.#batch(database, statements),
      exec: (sql: string) => database.exec(sql),
      dump: () => database.dump(),
      withSession: (constraint?: string) => {
        const session = database.withSession(constraint);
        return {
          prepare: (sql: string) => this.#statement(session.prepare(sql)),
          batch: (statements: D1PreparedStatement[]) => this.#batch(session, statements),
          getBookmark: () => session.getBookmark(),
        };
      },
    } as unknown as D1Database;
    ORIGINALS.set(metered, database);
    return metered;
  }

  /** The same bucket, with its reads counted. */
  bucket(bucket: R2Bucket): R2Bucket {
    return new Proxy(bucket, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          if (R2_READS.has(name)) this.#countRead();
          return Reflect.apply(value, target, args);
        };
      },
    });
  }

  #statement(statement: D1PreparedStatement): D1PreparedStatement {
    const metered = {
      bind: (...values: unknown[]) => this.#statement(statement.bind(...values)),
      all: async () => this.#counted(await statement.all()),
      run: async () => this.#counted(await statement.run()),
      raw: (options?: { columnNames?: false }) => {
        this.#countQuery(0, 0);
        return statement.raw(options);
      },
      // D1 fetches all rows for the first one, too; only here are they told.
      first: async (column?: string) => {
        const { results } = this.#counted(await statement.all<Record<string, unknown>>());
        const [row] = results;
        return row === undefined || column === undefined ? (row ?? null) : row[column];
      },
    } as unknown as D1PreparedStatement;
    STATEMENTS.set(metered, statement);
    return metered;
  }

  async #batch(
    database: Pick<D1Database, "batch">,
    statements: readonly D1PreparedStatement[],
  ): Promise<D1Result[]> {
    const originals = statements.map((one) => STATEMENTS.get(one) ?? one);
    const results = await database.batch(originals);
    for (const result of results) this.#counted(result);
    return results;
  }

  #counted<Result extends D1Result>(result: Result): Result {
    this.#countQuery(result.meta.rows_read, result.meta.rows_written);
    return result;
  }

  #countQuery(rowsRead: number, rowsWritten: number): void {
    this.#queries++;
    this.#rowsRead += rowsRead;
    this.#rowsWritten += rowsWritten;
    this.#metrics?.count("hereabouts_d1_queries_total");
    this.#metrics?.count("hereabouts_d1_rows_read_total", {}, rowsRead);
    this.#metrics?.count("hereabouts_d1_rows_written_total", {}, rowsWritten);
  }

  #countRead(): void {
    this.#r2Reads++;
    this.#metrics?.count("hereabouts_r2_reads_total");
  }
}

const R2_READS: ReadonlySet<string | symbol> = new Set(["get", "head", "list"]);
const ORIGINALS = new WeakMap<D1Database, D1Database>();
const STATEMENTS = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

/** Another form of a counted database counts as that one. */
export function countAs(form: D1Database, database: D1Database): void {
  ORIGINALS.set(form, bindingOf(database));
}

/** The binding behind a counted database: the same for all requests of an isolate. */
export function bindingOf(database: D1Database): D1Database {
  return ORIGINALS.get(database) ?? database;
}
