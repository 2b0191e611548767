import type { ListrTask } from "listr2";
import { BasemapState } from "../../src/imports/contract.ts";
import type { AdminApi } from "../api/admin-api.ts";
import { basemapFile } from "../basemap/basemap-file.ts";
import { recipe } from "../basemap/recipe.ts";

export interface BasemapOptions {
  /** Whether to put the map there also if it is. */
  readonly again: boolean;
  readonly signal: AbortSignal;
  /** Makes the archive. */
  readonly make?: typeof basemapFile;
}

/**
 * Makes the default map and puts it into the bucket, showing how far it is; `api` is asked for when it begins. What goes wrong is
 * told, and is no failure: everything works without a map.
 */
export function basemapTask<Context>(
  api: (context: Context) => Pick<AdminApi, "ask">,
  { again, signal, make = basemapFile }: BasemapOptions,
): ListrTask<Context> {
  return {
    title: "Make the map",
    task: async (context, task) => {
      const startedAt = performance.now();
      const shown = new Set<number>();
      const onProgress = (share: number) => {
        const tenth = Math.floor(10 * share);
        if (!process.stdout.isTTY && shown.has(tenth)) return;
        shown.add(tenth);
        task.output = `${(100 * share).toFixed(0)} %`;
      };
      try {
        const server = api(context);
        const there = await server.ask(BasemapState, { method: "GET", path: "/basemap" });
        if (there.isThere && there.recipe === undefined) return void task.skip("The map is yours");
        if (!again && there.recipe === recipe()) return void task.skip("The map is there");
        const bytes = await make(signal, onProgress);
        const path = `/basemap?recipe=${recipe()}`;
        await server.ask(BasemapState, { method: "PUT", path, bytes });
        const seconds = (performance.now() - startedAt) / 1_000;
        task.title = `Made the map in ${seconds.toFixed(0)} s`;
      } catch (error) {
        signal.throwIfAborted();
        const reason = error instanceof Error ? error.message : String(error);
        task.skip(`There is no map, all else works: ${reason}`);
      }
    },
  };
}
