import { Admin } from "./admin.ts";
import { interposed } from "./interposed.ts";
import { STORES } from "./stores.ts";

/** Whose turn it is, and for how many calls of the database and the bucket. */
export interface Turn {
  readonly actor: number;
  readonly calls: number;
}

/** Has all of them act, only one at a time between two calls; in what order, the turns say. */
export async function takeTurns<T>(
  actors: readonly ((admin: Admin) => Promise<T>)[],
  turns: readonly Turn[],
): Promise<T[]> {
  /** More than one for who makes several calls at once. */
  const waiting = new Map<number, (() => void)[]>();
  const left = new Set(actors.keys());
  let changed = Promise.withResolvers<void>();
  const note = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const acting = actors.map(async (act, actor) => {
    const stores = interposed(STORES, async (_, carryOut) => {
      await new Promise<void>((go) => {
        waiting.set(actor, [...(waiting.get(actor) ?? []), go]);
        note();
      });
      return carryOut();
    });
    try {
      return await act(new Admin(stores));
    } finally {
      left.delete(actor);
      note();
    }
  });

  const ahead = turns.flatMap(({ actor, calls }) => Array.from({ length: calls }, () => actor));
  while (left.size > 0) {
    // Also for one that pauses before it tries again.
    if (waiting.size < left.size) {
      await changed.promise;
      continue;
    }
    const wanted = ahead.shift();
    const actor = wanted !== undefined && left.has(wanted) ? wanted : [...left][0]!;
    const calls = waiting.get(actor)!;
    waiting.delete(actor);
    for (const go of calls) go();
  }
  return Promise.all(acting);
}
