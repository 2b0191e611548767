import type { Stores } from "../../src/index/write/transaction.ts";
import { Admin } from "./admin.ts";
import { interposed } from "./interpose.ts";
import { STORES } from "./stores.ts";

export { type Interpose, interposed } from "./interpose.ts";

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
