import type { TestProject } from "vitest/node";
import { startModelServer } from "./server.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly modelServer: string;
  }
}

/** Starts the fake models, and stops them behind the tests: workerd cannot have a server. */
export default async function start(project: TestProject): Promise<() => void> {
  const server = await startModelServer();
  project.provide("modelServer", server.url);
  return () => server.close();
}
