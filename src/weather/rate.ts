import type { Limit } from "./contract.ts";

/** A window is counted in so many parts. */
const PARTS = 10;

/** What has been counted: for each limit, the counts of parts of its window, by the number of the part. */
export type Counts = readonly Readonly<Record<number, number>>[];

/**
 * Counts one more, if all limits allow it: in any time as long as a window, wherever it begins, there are never more. For
 * that the part that the window begins in counts whole.
 *
 * @returns the new counts; undefined if a limit does not allow it
 */
export function countOneMore(
  counts: Counts,
  limits: readonly Limit[],
  nowMs: number,
): Counts | undefined {
  const next = limits.map(({ most, windowMs }, nth) => {
    const part = Math.floor((nowMs * PARTS) / windowMs);
    const recent = Object.entries(counts[nth] ?? {}).filter(([at]) => Number(at) >= part - PARTS);
    const sum = recent.reduce((all, [, count]) => all + count, 0);
    if (sum >= most) return undefined;
    return { ...Object.fromEntries(recent), [part]: (counts[nth]?.[part] ?? 0) + 1 };
  });
  return next.every((one) => one !== undefined) ? next : undefined;
}

/** When all limits will allow one more; undefined: they do now. */
export function allowedAgainMs(
  counts: Counts,
  limits: readonly Limit[],
  nowMs: number,
): number | undefined {
  const times = limits.flatMap(({ most, windowMs }, nth) => {
    const part = Math.floor((nowMs * PARTS) / windowMs);
    const recent = Object.entries(counts[nth] ?? {})
      .map(([at, count]) => [Number(at), count] as const)
      .filter(([at]) => at >= part - PARTS)
      .sort(([a], [b]) => b - a);
    // From the latest on: the part with which the limit is reached has to pass.
    let sum = 0;
    for (const [at, count] of recent) {
      sum += count;
      if (sum >= most) return Math.ceil(((at + PARTS + 1) * windowMs) / PARTS);
    }
    return [];
  });
  return times.length > 0 ? Math.max(...times) : undefined;
}
