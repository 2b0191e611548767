import * as z from "zod";
import type { AdminApi } from "./api.ts";

const State = z.object({ needed: z.boolean() });
const Step = z.object({ done: z.boolean(), phase: z.string(), progress: z.number() });

/** Whether the index is of another version than the server, or was not made to its end. */
export async function isRebuildNeeded(api: AdminApi): Promise<boolean> {
  return (await api.ask(State, { method: "GET", path: "/rebuild" })).needed;
}

/** Makes the index anew, or goes on with that. */
export async function rebuildIndex(
  api: AdminApi,
  isAnew: boolean,
  onState: (state: string) => void,
): Promise<void> {
  let told = "";
  for (let restart = isAnew, done = false; !done; restart = false) {
    const step = await api.ask(Step, { method: "POST", path: "/rebuild", json: { restart } });
    const state = `${step.phase}, ${Math.round(100 * step.progress)} %`;
    if (state !== told) onState(state);
    told = state;
    done = step.done;
  }
}
