import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type { Ready } from "./data-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly dataServer: string;
    readonly sharedData: Ready["shared"];
  }
}

/** Starts the data server before the tests, and stops it behind them. */
export default async function start(project: TestProject): Promise<() => void> {
  const server = fork(join(import.meta.dirname, "data-server.ts"));
  const exit = once(server, "exit").then(() => Promise.reject(new Error("No data server")));
  const [{ port, shared }] = (await Promise.race([once(server, "message"), exit])) as [Ready];
  exit.catch(() => {});
  project.provide("dataServer", `http://127.0.0.1:${port}`);
  project.provide("sharedData", shared);
  return () => void server.disconnect();
}
