import { setTimeout as wait } from "node:timers/promises";
import { Scene, type Stage } from "./scene.ts";

/** What is to be so, by what it says. A check throws what it saw instead. */
export type Checks = Readonly<Record<string, (scene: Scene) => Promise<void>>>;

/** So long a check may take; a faulty view must not stop the others. */
const PATIENCE_MS = 180_000;
/** Lines of a failure: the rest is Playwright's log. */
const MOST_LINES = 12;

/** Runs checks, some at once, and tells each. @returns how many failed */
export async function perform(stage: Stage, checks: Checks, atOnce: number): Promise<number> {
  const waiting = Object.entries(checks);
  let failed = 0;
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, check] = next;
      const startedAtMs = Date.now();
      const failure = await failureOf(stage, check);
      const took = `${((Date.now() - startedAtMs) / 1_000).toFixed(1)} s`;
      if (failure === undefined) console.log(`ok: ${name} (${took})`);
      else console.log(`FAILS: ${name} (${took})\n  ${failure.replaceAll("\n", "\n  ")}`);
      if (failure !== undefined) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return failed;
}

async function failureOf(stage: Stage, check: Checks[string]): Promise<string | undefined> {
  const scene = new Scene(stage);
  const isOver = new AbortController();
  const patience = wait(PATIENCE_MS, undefined, { signal: isOver.signal }).then(() => {
    throw new Error(`is not done after ${PATIENCE_MS / 1_000} s`);
  });
  patience.catch(() => {});
  const told: string[] = [];
  try {
    await Promise.race([check(scene), patience]);
  } catch (error) {
    told.push(error instanceof Error ? error.message : String(error));
  } finally {
    isOver.abort();
    told.push(...scene.faults);
    await scene.close();
  }
  if (told.length === 0) return undefined;
  return told.join("\n").split("\n").slice(0, MOST_LINES).join("\n");
}
