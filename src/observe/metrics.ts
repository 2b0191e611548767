import {
  type CounterName,
  type HistogramName,
  type LabelsOf,
  METRICS,
  type MetricName,
  type Values,
} from "./vocabulary.ts";

/** Labels may be left out where a metric has none. */
type Arguments<Name extends MetricName> =
  Record<never, never> extends LabelsOf<Name>
    ? [labels?: LabelsOf<Name>, by?: number]
    : [labels: LabelsOf<Name>, by?: number];

/** Counts what happens. To count never fails, and nobody waits for it. */
export class Metrics {
  readonly #counts: Counts;

  constructor(counts: Counts) {
    this.#counts = counts;
  }

  count<Name extends CounterName>(name: Name, ...[labels, by = 1]: Arguments<Name>): void {
    this.#counts.add(seriesOf(name, labels), by);
  }

  /** @param value in the unit that the metric's name ends with */
  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number): void {
    for (const bound of METRICS[name].buckets) {
      this.#counts.add(seriesOf(name, labels, "_bucket", bound), value <= bound ? 1 : 0);
    }
    this.#counts.add(seriesOf(name, labels, "_bucket", "+Inf"), 1);
    this.#counts.add(seriesOf(name, labels, "_sum"), value);
    this.#counts.add(seriesOf(name, labels, "_count"), 1);
  }
}

/** What has been counted, by series: the metric with its labels as Prometheus writes them. */
export class Counts {
  readonly #values = new Map<string, number>();

  add(series: string, by: number): void {
    this.#values.set(series, (this.#values.get(series) ?? 0) + by);
  }
}

function seriesOf(
  name: MetricName,
  given: Readonly<Record<string, string>> = {},
  suffix = "",
  bound?: number | string,
): string {
  const labels = Object.entries<Values>(METRICS[name].labels);
  const pairs = labels.map(([label, values]) => `${label}="${ownValue(given[label], values)}"`);
  if (bound !== undefined) pairs.push(`le="${bound}"`);
  return `${name}${suffix}${pairs.length > 0 ? `{${pairs}}` : ""}`;
}

/** A name of the catalogue needs no quoting. What does is none. */
const CATALOG_NAME = /^[\w./-]{1,64}$/;

function ownValue(value: string | undefined, values: Values): string | undefined {
  if (!("none" in values) || CATALOG_NAME.test(value ?? "")) return value;
  return values.none;
}
