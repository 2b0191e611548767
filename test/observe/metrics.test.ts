import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { expose } from "../../src/observe/exposition.ts";
import { Metrics } from "../../src/observe/metrics.ts";
import { METRICS, seriesOf } from "../../src/observe/vocabulary.ts";
import { type Bundle, sumOf, type Values, Window } from "../../src/observe/window.ts";
import { faultsOf } from "../support/exposition.ts";

/** What was undertaken behind the answers of requests. */
const works: Promise<unknown>[] = [];
beforeEach(() => {
  works.length = 0;
});

const SHARD = "shard-0";
/** Shards of this file alone: what earlier files have counted may still be carried to the usual ones. */
const SHARDS = {
  getByName: (name: string) => env.METRIC_SHARDS.getByName(`alone-${name}`),
};
/** With one shard, so that it is known which. */
const newWindow = () => new Window(1);
const requestIn = (window: Window, shards: object = SHARDS) =>
  new Metrics(window, shards as typeof env.METRIC_SHARDS, (work) => works.push(work));

/** Queries are counted, whatever has been counted in the meantime. */
const QUERIES = "hereabouts_d1_queries_total";
const CARRIES = seriesOf("hereabouts_metric_carries_total", { outcome: "ok" });
const FAILURES = seriesOf("hereabouts_metric_carries_total", { outcome: "failed" });

async function added(act: () => Promise<void>): Promise<Values> {
  const before = await requestIn(newWindow()).totals();
  await act();
  const after = await requestIn(newWindow()).totals();
  return sumOf([after, new Map([...before].map(([series, value]) => [series, -value]))]);
}

describe("counts", () => {
  it("of several isolates are summed up, over evictions of the object", async () => {
    const sums = await added(async () => {
      const isolates = [newWindow(), newWindow(), newWindow()];
      for (let round = 1; round <= 4; round++) {
        for (const window of isolates) requestIn(window).count(QUERIES, {}, round);
        await Promise.all(isolates.map((window) => requestIn(window).carry()));
        await evictDurableObject(SHARDS.getByName(SHARD));
      }
    });
    expect(sums.get(QUERIES)).toBe(3 * (1 + 2 + 3 + 4));
    expect(sums.get(CARRIES)).toBe(12);
  });

  it("are carried by the request that begins a window, and by it alone", async () => {
    const window = newWindow();
    const sums = await added(async () => {
      for (let request = 0; request < 50; request++) requestIn(window).count(QUERIES);
      expect(works).toHaveLength(1);
      await works[0];
      requestIn(window).count(QUERIES);
      expect(works).toHaveLength(2);
      await works[1];
    });
    expect(sums.get(QUERIES)).toBe(51);
    expect(sums.get(CARRIES)).toBe(2);
  });

  it("are carried by another request if the one that was to do it is gone", () => {
    const window = newWindow();
    expect([0, 1, 4_999].map((ms) => window.begins(1_000_000 + ms))).toEqual([true, false, false]);
    expect(window.begins(1_005_000)).toBe(true);
  });

  it("are spread over the shards, those of an isolate in one", () => {
    const windows = Array.from({ length: 200 }, () => new Window(4));
    const shards = windows.map((window) => window.take().shard);
    expect(new Set(shards)).toEqual(new Set([0, 1, 2, 3]));
    expect(windows.map((window) => window.take().shard)).toEqual(shards);
  });
});

describe("counts that do not arrive", () => {
  /** A shard that fails before it has added what comes, or when it is to say that it has. */
  function failing(times: number, when: "before" | "after") {
    let failures = 0;
    const add = async (bundles: readonly Bundle[]) => {
      const fails = failures < times;
      failures++;
      if (fails && when === "before") throw new Error("gone for a moment");
      await SHARDS.getByName(SHARD).add(bundles);
      if (fails) throw new Error("gone for a moment");
    };
    return { getByName: () => ({ add }) };
  }

  it.each(["before", "after"] as const)(
    "stay for the next time, and count once: it fails %s they are added",
    async (when) => {
      const window = newWindow();
      const shards = failing(2, when);
      const sums = await added(async () => {
        requestIn(window, shards).count(QUERIES, {}, 3);
        expect(await requestIn(window, shards).carry()).toBe(false);
        requestIn(window, shards).count(QUERIES, {}, 4);
        expect(await requestIn(window, shards).carry()).toBe(false);
        expect(await requestIn(window, shards).carry()).toBe(true);
      });
      expect(sums.get(QUERIES)).toBe(7);
      expect(sums.get(FAILURES)).toBe(2);
    },
  );

  it("stay for long, without becoming more and more bundles", async () => {
    const window = newWindow();
    const shards = failing(100, "before");
    const sums = await added(async () => {
      for (let time = 0; time < 100; time++) {
        requestIn(window, shards).count(QUERIES);
        await requestIn(window, shards).carry();
      }
      const { bundles } = window.take();
      expect(bundles.length).toBeLessThanOrEqual(21);
      window.putBack(bundles);
      expect(await requestIn(window).carry()).toBe(true);
    });
    expect(sums.get(QUERIES)).toBe(100);
  });

  it("have the scrape fail, not tell half", async () => {
    const shards = { getByName: () => ({ totals: () => Promise.reject(new Error("gone")) }) };
    await expect(requestIn(newWindow(), shards).totals()).rejects.toThrow("cannot be summed up");
  });
});

describe("the text for Prometheus", () => {
  const LABELS = { method: "tools/call", tool: "get_place" } as const;

  it("has every metric as the format wants it", async () => {
    const window = newWindow();
    const metrics = requestIn(window);
    metrics.count("mcp_requests_total", { ...LABELS, era: "modern", outcome: "ok" });
    metrics.count("mcp_requests_total", { ...LABELS, era: "legacy", outcome: "failure" }, 2);
    for (const seconds of [0.01, 0.011, 0.3, 999]) {
      metrics.observe("mcp_request_seconds", LABELS, seconds);
    }
    const [bundle] = window.take().bundles;
    const text = expose(bundle!.values);
    expect(faultsOf(text)).toEqual([]);
    expect(text).toContain(
      'mcp_requests_total{method="tools/call",era="legacy",tool="get_place",outcome="failure"} 2\n',
    );
    const buckets = [...text.matchAll(/^mcp_request_seconds_bucket\{.*,le="(.*)"\} (\d+)$/gm)];
    expect(buckets.map(([, bound, count]) => `${bound}: ${count}`)).toEqual([
      "0.01: 1",
      "0.025: 2",
      "0.05: 2",
      "0.1: 2",
      "0.25: 2",
      "0.5: 3",
      "1: 3",
      "2.5: 3",
      "5: 3",
      "10: 3",
      "30: 3",
      "60: 3",
      "120: 3",
      "300: 3",
      "+Inf: 4",
    ]);
    expect(text).toContain("hereabouts_r2_reads_total 0\n");
    for (const [name, { help, type }] of Object.entries(METRICS)) {
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
    }
  });

  it("takes nobody's words for labels", () => {
    const window = newWindow();
    for (const tool of ['x",outcome="ok', "a\nb", "two words", "", "x".repeat(65), "café"]) {
      requestIn(window).observe("mcp_request_seconds", { method: "other", tool }, 1);
    }
    const text = expose(window.take().bundles[0]!.values);
    expect(text).toContain('mcp_request_seconds_count{method="other",tool="none"} 6\n');
    expect(faultsOf(text)).toEqual([]);
  });

  it("leaves out what earlier versions have counted", () => {
    expect(expose(new Map([['a_metric_of_old{by="x"}', 1]]))).not.toContain("of_old");
  });

  it("is of a size that the object can store, whatever is counted", async () => {
    await runInDurableObject(SHARDS.getByName("size"), (shard) => {
      const names = Array.from({ length: 40 }, (_, at) => `a_tool_with_a_rather_long_name_${at}`);
      shard.add([{ id: "all", values: everySeries(names) }]);
      expect(shard.totals().size).toBeGreaterThan(5_000);
    });
  });
});

/** Every series that there can be, with so many names in the catalogue. */
function everySeries(names: readonly string[]): Values {
  const all = Object.entries(METRICS).flatMap(([name, metric]) => {
    let given: Record<string, string>[] = [{}];
    for (const [label, values] of Object.entries<readonly string[] | object>(metric.labels)) {
      const fixed = Array.isArray(values) ? (values as string[]) : names;
      given = given.flatMap((one) => fixed.map((value) => ({ ...one, [label]: value })));
    }
    return given.map((labels) => seriesOf(name as keyof typeof METRICS, labels));
  });
  return new Map(all.map((series) => [series, 1_000_000.5]));
}
