import { RebuildState, RebuildStep } from "../../src/imports/contract.ts";
import type { AdminApi } from "./admin-api.ts";

/** Whether the index was made by another version than the server's, or is not whole. */
export async function isRebuildNeeded(api: AdminApi): Promise<boolean> {
  return (await api.ask(RebuildState, { method: "GET", path: "/rebuild" })).needed;
}

/** Rebuilds the index, or goes on with that. `onState` is called with each new state, for people. */
export async function rebuildIndex(
  api: AdminApi,
  isRestart: boolean,
  onState: (state: string) => void,
): Promise<void> {
  let told = "";
  for (let restart = isRestart, done = false; !done; restart = false) {
    const step = await api.ask(RebuildStep, {
      method: "POST",
      path: "/rebuild",
      json: { restart },
    });
    const state = `${step.phase}, ${Math.round(100 * step.progress)} %`;
    if (state !== told) onState(state);
    told = state;
    done = step.done;
  }
}
