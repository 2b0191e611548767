import type { TestProject } from "vitest/node";
import { startOpenIdProvider } from "./openid-provider.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly openIdProvider: string;
  }
}

/** Starts the provider that people sign in by, and stops it behind the tests: workerd cannot have one. */
export default async function start(project: TestProject): Promise<() => void> {
  const provider = await startOpenIdProvider();
  project.provide("openIdProvider", provider.url);
  return () => provider.close();
}
