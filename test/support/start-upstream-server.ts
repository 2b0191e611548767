import type { TestProject } from "vitest/node";
import { startUpstreamServer } from "./upstream-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly upstreamServer: string;
  }
}

/** Starts the server that calls to others are tried on, and stops it behind the tests: workerd cannot have one. */
export default async function start(project: TestProject): Promise<() => void> {
  const server = await startUpstreamServer();
  project.provide("upstreamServer", server.url);
  return () => server.close();
}
