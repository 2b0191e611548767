import { seriesOf } from "./vocabulary.ts";

/** By series. */
export type Values = ReadonlyMap<string, number>;

/** Counts on their way to a shard, which adds up each bundle once, however often it comes. */
export interface Bundle {
  readonly id: string;
  readonly values: Values;
}

/** After that long a request that was to carry a window out has ended without doing so: the next one carries it. */
const GIVEN_UP_MS = 5_000;
/** If the shard does not answer for long, bundles are put together, so that they do not become more and more. */
const MOST_BUNDLES = 20;

const CARRIED = seriesOf("hereabouts_metric_carries_total", { outcome: "ok" });
const FAILED = seriesOf("hereabouts_metric_carries_total", { outcome: "failed" });

/** What an isolate has counted and not carried to its shard. It holds values only: nothing of any request. */
export class Window {
  readonly #shards: number;
  #shard: number | undefined;
  #values = new Map<string, number>();
  /** What did not arrive, or perhaps did. */
  #unsure: Bundle[] = [];
  /** Until when somebody has undertaken to carry it. */
  #carriedByMs = 0;

  constructor(shards: number) {
    this.#shards = shards;
  }

  add(series: string, by: number): void {
    this.#values.set(series, (this.#values.get(series) ?? 0) + by);
  }

  /** Whether nobody has undertaken to carry this window, so that who asks has to. */
  begins(nowMs: number): boolean {
    if (nowMs < this.#carriedByMs) return false;
    this.#carriedByMs = nowMs + GIVEN_UP_MS;
    return true;
  }

  /** All that is to be carried, and to which shard: always the same, which knows the bundles that have come. */
  take(): { readonly shard: number; readonly bundles: readonly Bundle[] } {
    this.#shard ??= Math.floor(Math.random() * this.#shards);
    const bundles = this.#unsure;
    if (this.#values.size > 0) {
      this.add(CARRIED, 1);
      bundles.push(newBundle(this.#values));
    }
    this.#values = new Map();
    this.#unsure = [];
    this.#carriedByMs = 0;
    return { shard: this.#shard, bundles };
  }

  putBack(bundles: readonly Bundle[]): void {
    this.add(FAILED, 1);
    const all = [...bundles, ...this.#unsure];
    const isMany = all.length > MOST_BUNDLES;
    this.#unsure = isMany ? [newBundle(sumOf(all.map(({ values }) => values)))] : all;
  }
}

function newBundle(values: Values): Bundle {
  return { id: crypto.randomUUID(), values };
}

/** The sums, by series. */
export function sumOf(parts: readonly Values[]): Values {
  const sums = new Map<string, number>();
  for (const values of parts) {
    for (const [series, value] of values) sums.set(series, (sums.get(series) ?? 0) + value);
  }
  return sums;
}
