import { countAs } from "../observe/meter.ts";
import type { Patience, StoreCall } from "./patience.ts";

/** The same database; calls of it end in time. */
export function patientDatabase(database: D1Database, patience: Patience): D1Database {
  const statements = new WeakMap<D1PreparedStatement, Known>();

  const statementOf = (statement: D1PreparedStatement, sql: string): D1PreparedStatement => {
    const isWrite = !isRead(sql);
    const call = { store: "d1", isWrite, isRepeatable: !isWrite } as const;
    const patient = {
      bind: (...values: unknown[]) => statementOf(statement.bind(...values), sql),
      all: () => patience.call(call, () => statement.all()),
      run: () => patience.call(call, () => statement.run()),
      raw: (options?: { columnNames?: false }) => patience.call(call, () => statement.raw(options)),
      first: (column?: string) =>
        patience.call(call, async () =>
          column === undefined ? statement.first() : statement.first(column),
        ),
    } as unknown as D1PreparedStatement;
    statements.set(patient, { statement, isWrite });
    return patient;
  };
  const batch = (on: Pick<D1Database, "batch">, all: readonly D1PreparedStatement[]) => {
    const known = all.map((one) => statements.get(one) ?? { statement: one, isWrite: true });
    const isWrite = known.some((one) => one.isWrite);
    const call = { store: "d1", isWrite, isRepeatable: !isWrite } as const;
    return patience.call(call, () => on.batch(known.map(({ statement }) => statement)));
  };
  const patient = {
    prepare: (sql: string) => statementOf(database.prepare(sql), sql),
    batch: (all: D1PreparedStatement[]) => batch(database, all),
    withSession: (constraint?: string) => {
      const session = database.withSession(constraint);
      return {
        prepare: (sql: string) => statementOf(session.prepare(sql), sql),
        batch: (all: D1PreparedStatement[]) => batch(session, all),
        getBookmark: () => session.getBookmark(),
      };
    },
  } as unknown as D1Database;
  countAs(patient, database);
  return patient;
}

interface Known {
  readonly statement: D1PreparedStatement;
  readonly isWrite: boolean;
}

/** When torn, a write: that is waited for longer, and not repeated. */
function isRead(sql: string): boolean {
  const changes = /\b(?:insert|update|delete)\b|\breplace\s+into\b/i;
  return /^\s*(?:select|with)\b/i.test(sql) && !changes.test(sql);
}

/** By their methods. A put of the same bytes, or a deletion, leaves the bucket as the first one did. */
const BUCKET_CALLS: Readonly<Record<string, Omit<StoreCall, "store">>> = {
  get: { isWrite: false, isRepeatable: true },
  head: { isWrite: false, isRepeatable: true },
  list: { isWrite: false, isRepeatable: true },
  put: { isWrite: true, isRepeatable: false },
  delete: { isWrite: true, isRepeatable: true },
};
/** They read the rest of an object, which can only be read once. */
const READERS: ReadonlySet<string | symbol> = new Set(["arrayBuffer", "bytes", "text", "json"]);

type Method = (...args: unknown[]) => Promise<unknown>;

/** The same bucket; calls of it, and of what it gets, end in time. */
export function patientBucket(bucket: R2Bucket, patience: Patience): R2Bucket {
  return new Proxy(bucket, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      const kind = BUCKET_CALLS[String(name)];
      const make: Method = (...args) => Reflect.apply(method, target, args);
      if (!kind) return make;
      return async (...args: unknown[]) => {
        const call = { store: "r2", ...kind, isRepeatable: kind.isRepeatable || isPutAgain(args) };
        const answer = await patience.call(call as StoreCall, () => make(...args));
        return name === "get" && answer ? patientObject(answer as R2ObjectBody, patience) : answer;
      };
    },
  });
}

/** A stream is gone after the first try; a condition may be met by what the first try has put. */
function isPutAgain([, value, options]: readonly unknown[]): boolean {
  const isBytes =
    typeof value === "string" || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
  return isBytes && !(options as R2PutOptions | undefined)?.onlyIf;
}

function patientObject(object: R2ObjectBody, patience: Patience): R2ObjectBody {
  return new Proxy(object, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      const read: Method = (...args) => Reflect.apply(value, target, args);
      if (!READERS.has(name)) return read;
      const call = { store: "r2", isWrite: false, isRepeatable: false } as const;
      return (...args: unknown[]) => patience.call(call, () => read(...args));
    },
  });
}
