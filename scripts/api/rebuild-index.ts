import { CallerError } from "../../src/errors.ts";
import { RebuildProgress, RebuildState } from "../../src/imports/contract.ts";
import type { AdminApi } from "./admin-api.ts";

/** Whether the index was made by another version than the server's, or is not whole. */
export async function isRebuildNeeded(api: AdminApi): Promise<boolean> {
  return (await api.ask(RebuildState, { method: "GET", path: "/rebuild" })).needed;
}

/**
 * Has the server rebuild the index, or joins the rebuild under way, and follows it to its end. It goes on by itself: whoever
 * stops following loses nothing. `onState` is called with each new state, for people.
 *
 * @returns the keys of the objects in the bucket that are lost or broken: what they had is not in the index
 * @throws CallerError if it fails
 */
export async function rebuildIndex(
  api: AdminApi,
  isRestart: boolean,
  onState: (state: string) => void,
): Promise<readonly string[]> {
  let told = "";
  let rebuild = await api.ask(RebuildProgress, {
    method: "POST",
    path: "/rebuild",
    json: { restart: isRestart },
  });
  for (;;) {
    const state = `${rebuild.state}, ${rebuild.percent} %`;
    if (state !== told) onState(state);
    told = state;
    const { task, revision, lost = [], moreLost = 0 } = rebuild;
    if (rebuild.state === "completed") {
      return moreLost > 0 ? [...lost, `… and ${moreLost} more`] : lost;
    }
    if (rebuild.state !== "queued" && rebuild.state !== "running") {
      throw new CallerError(`The rebuild is ${rebuild.state}. ${rebuild.reason ?? ""}`.trim());
    }
    const path = `/rebuild/${task}?after=${revision}`;
    rebuild = await api.ask(RebuildProgress, { method: "GET", path });
  }
}
