import type { Trace } from "../trace.ts";
import { logLine } from "./log.ts";
import type { Cost } from "./meter.ts";
import type { Metrics } from "./metrics.ts";
import { methodLabel } from "./vocabulary.ts";

/** How a call of a tool, resource or prompt ended. */
export type Outcome = "ok" | "caller_error" | "failure" | "asked";

/** A call that has ended. */
export interface EndedCall {
  /** The request that it belongs to. */
  readonly request: string;
  readonly trace: Trace;
  readonly era: "modern" | "legacy";
  /** For example `tools/call`. */
  readonly method: string;
  /** The name of the tool, resource or prompt. */
  readonly tool: string;
  readonly outcome: Outcome;
  readonly milliseconds: number;
  readonly cost: Cost;
  /** Whether the answer came from the cache; undefined if there is none. */
  readonly cached: boolean | undefined;
}

/** Where the operator sees it. */
export interface Reporting {
  readonly metrics: Metrics;
  /** Undefined if the deployment has none. */
  readonly analytics: AnalyticsEngineDataset | undefined;
}

/** Tells of a call in the log, the metrics, and Cloudflare's Analytics Engine. */
export function reportCall(call: EndedCall, { metrics, analytics }: Reporting): void {
  const { trace, cost, tool, era, outcome, milliseconds, cached, ...rest } = call;
  const method = methodLabel(call.method);
  const told = { era, tool, outcome, milliseconds, cached };
  logLine("call", { ...rest, ...trace, ...told, ...cost });

  metrics.count("mcp_requests_total", { method, era, tool, outcome });
  metrics.observe("mcp_request_seconds", { method, tool }, milliseconds / 1_000);
  if (cached !== undefined) {
    metrics.count("hereabouts_answers_total", { from: cached ? "cache" : "search" });
  }

  const { queries, rowsRead, rowsWritten, r2Reads } = cost;
  analytics?.writeDataPoint({
    indexes: [tool],
    blobs: [method, era, tool, outcome, cached ? "cache" : ""],
    doubles: [milliseconds, queries, rowsRead, rowsWritten, r2Reads],
  });
}
