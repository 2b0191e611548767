import { setTimeout as wait } from "node:timers/promises";

/** As long as a busy machine may take for anything. */
export const PATIENCE_MS = 40_000;
const PAUSE_MS = 25;

/** Resolves when it is so. @param what is told, if it never is */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string | (() => string),
): Promise<void> {
  const endMs = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > endMs) throw new Error(typeof what === "string" ? what : what());
    await wait(PAUSE_MS);
  }
}
