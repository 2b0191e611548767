import type { ListrTask } from "listr2";
import type { AdminApi } from "../api/admin-api.ts";
import { grouped, progressText } from "../command/progress.ts";
import { type LoadOptions, loadDefaultData } from "./default-data.ts";

/** Loads the default data, showing how far it is. `api` is asked for when it begins. */
export function loadTask<Context>(
  api: (context: Context) => AdminApi,
  options: Omit<LoadOptions, "onRebuild" | "onPlaces">,
): ListrTask<Context> {
  return {
    title: "Load the default data",
    task: async (context, task) => {
      const startedAt = performance.now();
      let storingSince = startedAt;
      const shown = new Set<number>();
      const onPlaces = (sent: number, total: number) => {
        if (sent === 0) storingSince = performance.now();
        const tenth = Math.floor((10 * sent) / total);
        if (!process.stdout.isTTY && shown.has(tenth)) return;
        shown.add(tenth);
        task.output =
          sent === 0
            ? "reading the source packages"
            : progressText(
                { share: sent / total, count: sent },
                "places",
                performance.now() - storingSince,
              );
      };
      const onRebuild = (state: string) => {
        task.output = `rebuilding the index: ${state}`;
      };
      const places = await loadDefaultData(api(context), { ...options, onRebuild, onPlaces });
      const seconds = (performance.now() - startedAt) / 1_000;
      if (places === 0) task.skip("The default data is there");
      else task.title = `Loaded ${grouped(places)} places in ${seconds.toFixed(0)} s`;
    },
  };
}
