import { expect, it } from "vitest";
import dashboard from "../../docs/grafana.json";
import { METRICS, type MetricName } from "../../src/observe/vocabulary.ts";

type Values = readonly string[] | object;
interface Known {
  readonly type: string;
  readonly labels: Readonly<Record<string, Values>>;
}

const expressions = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr, legendFormat }) => [title, expr, legendFormat] as const),
);

/** The metric that a name in an expression belongs to; a histogram has three. */
function metricOf(name: string): Known | undefined {
  const histogram: Known | undefined =
    METRICS[name.replace(/_(?:bucket|sum|count)$/, "") as MetricName];
  const metric: Known | undefined = METRICS[name as MetricName];
  if (histogram?.type !== "histogram") return metric;
  if (!/_(?:bucket|sum|count)$/.test(name)) return undefined;
  return name.endsWith("_bucket")
    ? { ...histogram, labels: { ...histogram.labels, le: {} } }
    : histogram;
}

/** What an expression asks for that does not exist. */
function faultsOf(expression: string, legend: string): string[] {
  const faults: string[] = [];
  const labelsOfAll: string[][] = [];
  for (const [, name, matchers = ""] of expression.matchAll(
    /\b((?:mcp|hereabouts)_\w+)(?:\{(.*?)\})?/g,
  )) {
    const metric = metricOf(name!);
    if (!metric) {
      faults.push(`there is no metric ${name}`);
      continue;
    }
    labelsOfAll.push(Object.keys(metric.labels));
    for (const [, label, , wanted] of matchers.matchAll(/(\w+)(=~?|!~|!=)"(.*?)"/g)) {
      const values = metric.labels[label!];
      if (!values) faults.push(`${name} has no label ${label}`);
      if (!Array.isArray(values)) continue;
      const unknown = wanted!.split("|").filter((value) => !values.includes(value));
      if (unknown.length > 0) faults.push(`${label} is never ${unknown}`);
    }
  }
  if (labelsOfAll.length === 0) faults.push("asks for no metric");
  const inLegend = Array.from(legend.matchAll(/\{\{(\w+)\}\}/g), ([, label]) => label!);
  const groups = Array.from(expression.matchAll(/\bby \((.*?)\)/g), ([, list]) =>
    list!.split(", "),
  );
  for (const label of groups.flat()) {
    if (!labelsOfAll.every((labels) => labels.includes(label))) faults.push(`no label ${label}`);
  }
  const told = groups.length > 0 ? groups.flat() : labelsOfAll.flat();
  const untold = inLegend.filter((label) => !told.includes(label));
  if (untold.length > 0) faults.push(`the legend has ${untold}`);
  return faults;
}

it.each(expressions)("the dashboard's %s asks for what there is: %s", (_, expression, legend) => {
  expect(faultsOf(expression, legend)).toEqual([]);
});

it("the dashboard shows every metric", () => {
  const text = expressions.map(([, expression]) => expression).join(" ");
  const shown = Object.keys(METRICS).filter((name) => text.includes(name));
  expect(Object.keys(METRICS).filter((name) => !shown.includes(name))).toEqual([
    "hereabouts_d1_rows_written_total",
  ]);
});

it.each([
  ["rate(hereabouts_no_such_total[1m])", "no metric"],
  ["rate(mcp_request_seconds[1m])", "no metric"],
  ["rate(mcp_requests_total_count[1m])", "no metric"],
  ['mcp_requests_total{colour="red"}', "no label colour"],
  ['mcp_requests_total{outcome=~"ok|perfect"}', "never perfect"],
  ["sum by (bucket) (rate(mcp_requests_total[1m]))", "no label bucket"],
  ["1 + 1", "asks for no metric"],
])("the rules find what is wrong with %s", (expression, fault) => {
  expect(faultsOf(expression, "").join()).toContain(fault);
});
