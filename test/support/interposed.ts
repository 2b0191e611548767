import type { Stores } from "../../src/index/write/transaction.ts";
import { Admin } from "./admin.ts";
import { STORES } from "./stores.ts";

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

/** Stores of which one call is met: the first that the last pattern fits, after one of each pattern before it. */
function meeting(
  patterns: readonly RegExp[],
  meet: <T>(carryOut: () => Promise<T>) => Promise<T>,
): Stores {
  const left = [...patterns];
  return interposed(STORES, (what, carryOut) => {
    if (!left[0]?.test(what)) return carryOut();
    left.shift();
    return left.length === 0 ? meet(carryOut) : carryOut();
  });
}

/** A call, as `hold` finds it: what is done with it, and the pattern of each call up to it. */
export type Moment = readonly [what: string, patterns: readonly RegExp[]];

/** The calls by which an import, or a change of metadata, comes to the manifest and the index. */
export const COMMIT: readonly Moment[] = [
  ["reads the manifest", [/^get collections\//]],
  ["writes the manifest", [/^put collections\//]],
  ["switches over", [/^put collections\//, /^batch /]],
];
export const PURGE: Moment = ["takes the old out", [/^put collections\//, /^batch /, /^batch /]];

/** Somebody who waits in the middle of what they do. */
export interface Held<T> {
  /** Has them go on, and tells how it ended. */
  release(): Promise<T>;
}

/** Has somebody act until they are about to make a call, and holds them there. */
export async function hold<T>(
  patterns: readonly RegExp[],
  act: (admin: Admin) => Promise<T>,
): Promise<Held<T>> {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const stores = meeting(patterns, async (carryOut) => {
    reached.resolve();
    await released.promise;
    return carryOut();
  });
  const acting = act(new Admin(stores));
  acting.then(
    (end) => reached.reject(new Error(`Never came to ${patterns}: ${JSON.stringify(end)}`)),
    reached.reject,
  );
  await reached.promise;
  return {
    release() {
      released.resolve();
      return acting;
    },
  };
}

/** Stores of which one call fails: before it is carried out, or after, so that only its answer is lost. */
export function failingStores(patterns: readonly RegExp[], when: "before" | "after"): Stores {
  return meeting(patterns, async (carryOut) => {
    if (when === "after") await carryOut();
    throw new Error("The store is gone for a moment");
  });
}

/** Somebody with such stores. */
export function failing(patterns: readonly RegExp[], when: "before" | "after"): Admin {
  return new Admin(failingStores(patterns, when));
}
