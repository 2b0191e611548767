import { within } from "../deadline.ts";
import { Busy } from "../errors.ts";
import type { MetricShard } from "./metric-shard.ts";
import {
  type CounterName,
  type HistogramName,
  type LabelsOf,
  METRICS,
  type MetricName,
  seriesOf,
} from "./vocabulary.ts";
import { sumOf, type Values, Window } from "./window.ts";

/** Labels may be left out where a metric has none. */
type Arguments<Name extends MetricName> =
  Record<never, never> extends LabelsOf<Name>
    ? [labels?: LabelsOf<Name>, by?: number]
    : [labels: LabelsOf<Name>, by?: number];

/** So many objects have the sums. Never change it: what the others hold would be missing. */
const SHARDS = 4;

/** So long an isolate counts in memory before it carries the counts to its shard. */
const WINDOW_MS = 1_000;
const MOST_TRIES = 3;
const PATIENCE_MS = 5_000;

/** What this isolate has counted. */
const WINDOW = new Window(SHARDS);

/** The metrics, for what goes on in a context: a request, or what an object does. */
export function openMetrics(
  shards: DurableObjectNamespace<MetricShard>,
  context: Pick<ExecutionContext, "waitUntil">,
): Metrics {
  return new Metrics(WINDOW, shards, (work) => context.waitUntil(work));
}

/**
 * Counts what happens, as one request sees it. To count never fails, and nobody waits for it: the request that begins a
 * window carries it out, behind its own answer. Others do not wait for its promise, because a Worker cancels what waits for
 * another request's.
 */
export class Metrics {
  readonly #window: Window;
  readonly #shards: DurableObjectNamespace<MetricShard>;
  readonly #waitUntil: (work: Promise<unknown>) => void;

  /** @param window what this isolate has counted, whichever request it was */
  constructor(
    window: Window,
    shards: DurableObjectNamespace<MetricShard>,
    waitUntil: (work: Promise<unknown>) => void,
  ) {
    this.#window = window;
    this.#shards = shards;
    this.#waitUntil = waitUntil;
  }

  count<Name extends CounterName>(name: Name, ...[labels, by = 1]: Arguments<Name>): void {
    this.#window.add(seriesOf(name, labels), by);
    this.#begin();
  }

  /** @param value in the unit that the metric's name ends with */
  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number): void {
    for (const bound of [...METRICS[name].buckets, "+Inf"]) {
      const isWithin = bound === "+Inf" || value <= Number(bound);
      this.#window.add(seriesOf(name, labels, "_bucket", bound), isWithin ? 1 : 0);
    }
    this.#window.add(seriesOf(name, labels, "_sum"), value);
    this.#window.add(seriesOf(name, labels, "_count"), 1);
    this.#begin();
  }

  /** Carries at once what this isolate has counted. What does not arrive stays, for the next time. */
  async carry(): Promise<boolean> {
    const { shard, bundles } = this.#window.take();
    try {
      await inTime(async () => this.#shards.getByName(shardName(shard)).add(bundles));
      return true;
    } catch {
      this.#window.putBack(bundles);
      return false;
    }
  }

  /**
   * The sums of all isolates.
   *
   * @throws Busy if a shard does not answer: the others' sums would look as if counters had been set back
   */
  async totals(): Promise<Values> {
    const names = Array.from({ length: SHARDS }, (_, shard) => shardName(shard));
    try {
      const ask = () => Promise.all(names.map((name) => this.#shards.getByName(name).totals()));
      return sumOf(await inTime(ask));
    } catch {
      throw new Busy("The counts cannot be summed up at the moment. Try again shortly.");
    }
  }

  #begin(): void {
    if (this.#window.begins(Date.now())) this.#waitUntil(this.#carryLater());
  }

  async #carryLater(): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      await scheduler.wait(WINDOW_MS);
      if (await this.carry()) return;
    }
  }
}

const shardName = (shard: number): string => `shard-${shard}`;

/** An object that does not answer must not hold the request that asks. */
const inTime = within(PATIENCE_MS, () => new Error("A shard of the metrics does not answer."));
