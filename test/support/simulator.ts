import { expect } from "vitest";
import { utcDayOf } from "../../src/hours/calendar.ts";
import { settleStep } from "../../src/imports/finish.ts";
import { currentImport } from "../../src/imports/job.ts";
import { Admin, type Answer, isOk, required } from "./admin.ts";
import { expectIndexed, expectRebuilt, type Model } from "./everywhere.ts";
import { interposed } from "./interposed.ts";
import { emptyStores, STORES } from "./stores.ts";

/**
 * Several isolates on the same stores, one call of the database or the bucket at a time, in an order that the test says;
 * and isolates that die between two calls (docs/SIMULATOR.md).
 */

/** Whose turn it is, and for how many calls of the database and the bucket. */
export interface Turn {
  readonly actor: number;
  readonly calls: number;
  /** Whether the isolate dies then: its next call, and all after it, are never made. */
  readonly dies?: boolean;
}

/** What an isolate does. It is never told that it has died: it gets no further. */
type Act<T> = (admin: Admin) => Promise<T>;

/**
 * Has all of them act until they are done or dead. When the turns are used up, they go on one after the other.
 *
 * @returns what each has come to, undefined for the dead, and who these are
 */
export async function simulate<T>(
  actors: readonly Act<T>[],
  turns: readonly Turn[],
): Promise<{ ends: (T | undefined)[]; dead: ReadonlySet<number> }> {
  /** More than one for who makes several calls at once. */
  const waiting = new Map<number, (() => void)[]>();
  const left = new Set(actors.keys());
  const dead = new Set<number>();
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
    const end = await act(new Admin(stores));
    left.delete(actor);
    note();
    return end;
  });

  const ahead = turns.flatMap(({ actor, calls, dies }) => [
    ...Array.from({ length: calls }, () => ({ actor, dies: false })),
    ...(dies ? [{ actor, dies: true }] : []),
  ]);
  while (left.size > 0) {
    // Also for one that pauses before it tries again.
    if ([...left].some((actor) => !waiting.has(actor))) {
      await changed.promise;
      continue;
    }
    const next = ahead.shift();
    const actor = next && left.has(next.actor) ? next.actor : [...left][0]!;
    if (next?.dies) {
      if (left.delete(next.actor)) dead.add(next.actor);
      continue;
    }
    const calls = waiting.get(actor)!;
    waiting.delete(actor);
    for (const go of calls) go();
  }
  const ends = await Promise.all(acting.map((end, actor) => (dead.has(actor) ? undefined : end)));
  return { ends, dead };
}

/** Calls that change something. Between two of them the stores are the same, whichever call an isolate dies at. */
export const CHANGES = /^(?:put|delete) |\b(?:INSERT|UPDATE|DELETE)\b/;

/**
 * Has an isolate die before its n-th call that changes something.
 *
 * @returns whether it came to that call; if not, it has done all that it does
 */
export async function dieBefore(change: number, act: Act<void>): Promise<boolean> {
  const death = Promise.withResolvers<true>();
  let changes = 0;
  let isDead = false;
  const stores = interposed(STORES, (what, carryOut) => {
    if (CHANGES.test(what)) changes += 1;
    if (!isDead && changes < change) return carryOut();
    isDead = true;
    death.resolve(true);
    return new Promise<never>(() => {});
  });
  return Promise.race([death.promise, act(new Admin(stores)).then(() => false)]);
}

/** What an isolate does that may die meanwhile, and what there has to be then. */
export interface Scenario {
  /** What is brought in first. */
  readonly begin: Model;
  /** What is done besides, before. */
  readonly prepare?: () => Promise<unknown>;
  /** What searches find before: if left out, `begin`. */
  readonly before?: Model;
  act(by: Admin): Promise<Answer | undefined>;
  /** What they find if it is acknowledged. */
  readonly after: Model;
  /** What they may find between two steps, too. */
  readonly between?: Model;
  /** What somebody else does later: the same again, or what the clock does. */
  recover(): Promise<unknown>;
  /** What there is then; left out, it is what searches found after the death. */
  readonly recovered?: Model;
}

/** `npm run test:long` tries every moment at which something can go wrong, `npm test` the first and each third: others every day. */
const STRIDE = import.meta.env.MODE === "long" ? 1 : 3;
const DAY = utcDayOf(Date.now());

/**
 * Has something go wrong at the first moment, at a later one, and so on.
 *
 * @param attempt tells whether it came to the moment
 * @returns the last moment that it came to, from 1 on
 */
export async function atMoments(attempt: (moment: number) => Promise<boolean>): Promise<number> {
  let last = 0;
  for (let moment = 1; ; moment += 1) {
    if (moment > 1 && (moment + DAY) % STRIDE !== 0) continue;
    const isReached = await attempt(moment).catch((error) => {
      throw new Error(`At moment ${moment}: ${error}`, { cause: error });
    });
    if (!isReached) return last;
    last = moment;
  }
}

/**
 * Has an isolate die before changes of what it does, one after the other, and expects everywhere what was acknowledged: in
 * the index, in the log, and in an index rebuilt from the log.
 */
export async function expectSurvival(scenario: Scenario): Promise<void> {
  const { begin, prepare, before = begin, act, after, between, recover, recovered } = scenario;
  const lastDeath = await atMoments(async (change) => {
    await emptyStores();
    for (const [collection, places] of Object.entries(begin)) {
      required(await new Admin().importParts(collection, [places]));
    }
    await prepare?.();
    let isAcknowledged = false;
    const isDead = await dieBefore(change, async (by) => {
      const answer = await act(by);
      isAcknowledged = !answer || isOk(answer);
    });
    if (!isDead) expect(isAcknowledged).toBe(true);
    const found = await foundOf([after, before, ...(between ? [between] : [])]);
    if (isAcknowledged) expect(found).toBe(after);
    await recover();
    // What was not acknowledged may be finished by others.
    const end = recovered ?? (await foundOf(found === after ? [after] : [after, before]));
    await expectRebuilt(end);
    return isDead;
  });
  expect(lastDeath).toBeGreaterThan(0);
}

/** Which of some models searches find. */
async function foundOf([model, ...others]: readonly Model[]): Promise<Model> {
  try {
    await expectIndexed(model!);
    return model!;
  } catch (error) {
    if (others.length === 0) throw error;
    return foundOf(others);
  }
}

/** Ends the import that a death may have left under way. */
export async function settle(collection: string): Promise<void> {
  for (;;) {
    const open = await currentImport(STORES, collection);
    if (!open) return;
    await settleStep(STORES, collection, open);
  }
}
