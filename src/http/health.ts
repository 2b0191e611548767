import type { Stores } from "../services.ts";
import { version } from "../version.ts";

type Check = "ok" | "failing";

export interface Health {
  readonly status: Check;
  readonly version: string;
  readonly checks: Readonly<Record<keyof Stores, Check>>;
}

/** A store that has not answered by then counts as failing. */
const PATIENCE_MS = 3_000;

export async function checkHealth(stores: Stores): Promise<Health> {
  const [d1, r2] = await Promise.all([check(stores.d1()), check(stores.r2())]);
  return { status: d1 === "ok" && r2 === "ok" ? "ok" : "failing", version, checks: { d1, r2 } };
}

function check(signOfLife: Promise<unknown>): Promise<Check> {
  const answer = signOfLife.then(
    (): Check => "ok",
    (): Check => "failing",
  );
  return Promise.race([answer, scheduler.wait(PATIENCE_MS).then((): Check => "failing")]);
}
