import type { Stores } from "../../src/index/write/transaction.ts";

/**
 * Carries a call of the database or the bucket out: at once, later, or not.
 *
 * @param what such as "put records/c/00000001.ndjson", "all SELECT …", or "batch INSERT …" with all its statements
 */
export type Interpose = <T>(what: string, carryOut: () => Promise<T>) => Promise<T>;

type Call = (...args: never[]) => unknown;

/** Stores whose every call goes by `interpose`. */
export function interposed({ database, bucket }: Stores, interpose: Interpose): Stores {
  const originals = new WeakMap<object, { statement: D1PreparedStatement; sql: string }>();

  const ofStatement = (statement: D1PreparedStatement, sql: string): D1PreparedStatement => {
    const proxy = wrap(statement, (name, args, call) =>
      name === "bind"
        ? ofStatement(call(args) as D1PreparedStatement, sql)
        : interpose(`${name} ${sql}`, () => call(args) as Promise<unknown>),
    );
    originals.set(proxy, { statement, sql });
    return proxy;
  };
  const ofDatabase = <T extends object>(target: T): T =>
    wrap(target, (name, args, call) => {
      if (name === "withSession") return ofDatabase(call(args) as D1DatabaseSession);
      if (name === "prepare") {
        return ofStatement(call(args) as D1PreparedStatement, String(args[0]));
      }
      if (name !== "batch") return call(args);
      const all = (args[0] as object[]).map((proxy) => originals.get(proxy)!);
      const what = `batch ${all.map(({ sql }) => sql).join("; ")}`;
      return interpose(
        what,
        () => call([all.map(({ statement }) => statement)]) as Promise<unknown>,
      );
    });

  const ofBucket = wrap(bucket, (name, args, call) => {
    const [what] = args;
    const key = name === "list" ? (what as { prefix?: string } | undefined)?.prefix : what;
    return interpose(`${name} ${[key].flat().join(" ")}`, () => call(args) as Promise<unknown>);
  });
  return { database: ofDatabase(database), bucket: ofBucket };
}

function wrap<T extends object>(
  target: T,
  meet: (name: string, args: unknown[], call: (args: unknown[]) => unknown) => unknown,
): T {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name);
      if (typeof value !== "function") return value;
      const call = (args: unknown[]) => Reflect.apply(value as Call, object, args as never[]);
      return (...args: unknown[]) => meet(String(name), args, call);
    },
  });
}
