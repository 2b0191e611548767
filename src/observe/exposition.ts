import { METRICS, type MetricName } from "./vocabulary.ts";
import type { Values } from "./window.ts";

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Metrics in the text format of Prometheus.
 *
 * @param totals the counters and histograms by series, and the gauges; what the vocabulary does not have is left out
 */
export function expose(totals: Values): string {
  const families = Map.groupBy(totals, ([series]) => familyOf(series));
  const blocks = Object.entries(METRICS).map(([name, { help, type, labels }]) => {
    const known = families.get(name) ?? [];
    // What has no labels is there before it is counted: what begins with its first count has no rate.
    const isUnseen = type === "counter" && known.length === 0 && Object.keys(labels).length === 0;
    const samples = isUnseen ? [[name, 0] as const] : known;
    const lines = samples.map(([series, value]) => `${series} ${value}\n`);
    return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
  });
  return blocks.join("");
}

/** The metric that a series belongs to. */
function familyOf(series: string): string {
  const [name] = series.split("{", 1);
  const histogram = name!.replace(/_(?:bucket|sum|count)$/, "");
  return METRICS[histogram as MetricName]?.type === "histogram" ? histogram : name!;
}
