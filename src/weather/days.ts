import type { Step } from "./contract.ts";
import { dayBeginsMs } from "./local-time.ts";
import { mostSevere } from "./words.ts";

/** The weather of a day by the clocks there. */
export interface Day {
  /** Counted from 1970-01-01. */
  readonly day: number;
  readonly fromMs: number;
  /** Whether only the rest of the day is known, from then on. */
  readonly isRest: boolean;
  readonly lowest: number;
  readonly highest: number;
  readonly precipitation: number;
  readonly wind: number;
  /** The most severe of the day. */
  readonly code: number;
}

/**
 * Sums up steps by days. A step belongs to the day that its middle lies in; what falls in it is shared between the days
 * that it lies in. A day without a step is left out.
 *
 * @param first the first day, counted from 1970-01-01
 */
export function daysOf(
  steps: readonly Step[],
  first: number,
  count: number,
  timeZone: string,
): Day[] {
  const begins = Array.from({ length: count + 1 }, (_, nth) => dayBeginsMs(first + nth, timeZone));
  return begins.slice(0, -1).flatMap((beginsMs, nth) => {
    const endsMs = begins[nth + 1]!;
    const own = steps.filter(({ fromMs, toMs }) => {
      const middleMs = (fromMs + toMs) / 2;
      return beginsMs <= middleMs && middleMs < endsMs;
    });
    if (own.length === 0) return [];
    const shares = steps.map((step) => step.precipitation * shareOf(step, beginsMs, endsMs));
    const knowsMidnight = steps.some(({ fromMs, toMs }) => fromMs <= beginsMs && beginsMs < toMs);
    return {
      day: first + nth,
      fromMs: knowsMidnight ? beginsMs : own[0]!.fromMs,
      isRest: !knowsMidnight,
      lowest: Math.min(...own.map(({ lowest }) => lowest)),
      highest: Math.max(...own.map(({ highest }) => highest)),
      precipitation: shares.reduce((sum, share) => sum + share, 0),
      wind: Math.max(...own.map(({ wind }) => wind)),
      code: mostSevere(own.map(({ code }) => code)),
    };
  });
}

/** The part of a step that lies in a time. */
function shareOf({ fromMs, toMs }: Step, beginsMs: number, endsMs: number): number {
  const overlapMs = Math.min(toMs, endsMs) - Math.max(fromMs, beginsMs);
  return Math.max(0, overlapMs) / (toMs - fromMs);
}
