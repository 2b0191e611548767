import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { Listr, type ListrTask } from "listr2";
import { AdminApi } from "../api/admin-api.ts";
import { RowBudget } from "../api/row-budget.ts";
import { basemapTask } from "../load/basemap-task.ts";
import { loadTask } from "../load/load-task.ts";
import { checkSettings, missingModels, settingsHere } from "./check-settings.ts";
import { forgetRunning, type LocalServer, localUrl, noteRunning, stateOf } from "./local-server.ts";
import { showLines } from "./printed-lines.ts";
import { localToken } from "./tokens.ts";
import { startServer, wrangler } from "./wrangler.ts";

const PATIENCE_MS = 60_000;
const PAUSE_MS = 300;

/** A server that was started for us. */
export interface StartedServer extends LocalServer {
  /** Shows what it prints from now on; its exit code, when it ends. */
  follow(): Promise<number>;
}

/**
 * Starts the server with its tables, and with the default data and the map if wanted, showing how far it is. `signal` stops it.
 *
 * @throws CallerError if a setting is wrong
 */
export async function startServing(
  port: number,
  signal: AbortSignal,
  withData: boolean,
): Promise<StartedServer> {
  const token = await localToken("ADMIN_TOKEN");
  await localToken("METRICS_TOKEN");
  const environment = await checkSettings("here");
  for (const { model, why } of missingModels(environment)) {
    console.log(`The model ${model.key} is left out: it ${why}. Put it into .dev.vars.`);
  }
  const settings = settingsHere(environment);
  const steps: ListrTask<{ server: StartedServer }>[] = [
    {
      title: "Prepare the database",
      task: async () => void (await wrangler("d1", "migrations", "apply", "PLACES_DB", "--local")),
    },
    {
      title: "Start the server",
      task: async (context) => {
        context.server = await started(port, settings, token, signal);
      },
    },
  ];
  if (withData) {
    const budget = new RowBudget(undefined, localUrl(port).origin);
    const api = ({ server }: { server: StartedServer }) => new AdminApi(server.url, token, signal);
    steps.push(loadTask(api, { again: false, budget }));
    steps.push(basemapTask(api, { again: false, signal }));
  }
  const context = {} as { server: StartedServer };
  try {
    await new Listr(steps, { registerSignalListeners: false }).run(context);
    return context.server;
  } catch (error) {
    await context.server?.stop();
    throw error;
  }
}

async function started(
  port: number,
  settings: Readonly<Record<string, string>>,
  token: string,
  signal: AbortSignal,
): Promise<StartedServer> {
  signal.throwIfAborted();
  const url = localUrl(port);
  const child = await startServer(port, settings);
  const ended = once(child, "close").then(([code]) => Number(code ?? 0));
  let printed = "";
  const keep = (text: Buffer) => {
    printed += text;
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    await forgetRunning();
  };
  signal.addEventListener("abort", stop);
  const follow = () => {
    showLines(child.stdout.off("data", keep), process.stdout);
    showLines(child.stderr.off("data", keep), process.stderr);
    return ended;
  };
  for (let waited = 0; (await stateOf(url)) !== "ours"; waited += PAUSE_MS) {
    signal.throwIfAborted();
    if (waited > PATIENCE_MS || child.exitCode !== null) {
      await stop();
      throw new Error(`The server does not start:\n${printed}`);
    }
    await wait(PAUSE_MS);
  }
  await noteRunning({ port, pid: child.pid! });
  return { url, token, stop, follow };
}
