import { RebuildState, RebuildStep } from "../../src/imports/contract.ts";
import type { AdminApi } from "./admin-api.ts";
import { keepUp } from "./upkeep.ts";

/** Whether the index was made by another version than the server's, or is not whole. */
export async function isRebuildNeeded(api: AdminApi): Promise<boolean> {
  return (await api.ask(RebuildState, { method: "GET", path: "/rebuild" })).needed;
}

/**
 * Rebuilds the index, or goes on with that. `onState` is called with each new state, for people.
 *
 * @returns the keys of the objects in the bucket that are lost or broken: what they had is not in the index
 */
export async function rebuildIndex(
  api: AdminApi,
  isRestart: boolean,
  onState: (state: string) => void,
): Promise<readonly string[]> {
  let told = "";
  for (let restart = isRestart; ; restart = false) {
    const step = await api.ask(RebuildStep, {
      method: "POST",
      path: "/rebuild",
      json: { restart },
    });
    const state = `${step.phase}, ${Math.round(100 * step.progress)} %`;
    if (state !== told) onState(state);
    told = state;
    if (step.done) {
      await keepUp(api);
      return step.lost;
    }
  }
}
