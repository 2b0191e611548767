import { logLine } from "./log.ts";
import type { Cost } from "./meter.ts";

/** How a call of a tool, resource or prompt ended. */
export type Outcome = "ok" | "caller_error" | "failure" | "asked";

/** A call that has ended. */
export interface EndedCall {
  /** The request that it belongs to. */
  readonly request: string;
  readonly era: "modern" | "legacy";
  /** For example `tools/call`. */
  readonly method: string;
  /** The tool, resource or prompt. */
  readonly target: string;
  readonly outcome: Outcome;
  readonly milliseconds: number;
  readonly cost: Cost;
  /** Whether the answer came from the cache. */
  readonly cached?: boolean | undefined;
}

export function logCall({ cost, ...call }: EndedCall): void {
  logLine("call", { ...call, ...cost });
}
