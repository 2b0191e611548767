import { matchesDay } from "./day-selectors.ts";
import type { Moment, OpeningHours, Rule } from "./opening-hours.ts";
import type { SunMinutes } from "./sun.ts";
import type { Holiday, OpenState, SunEvent } from "./vocabulary.ts";
import { DAY_MINUTES } from "./wall-clock.ts";

/** A time that begins on some day, in minutes from that day's midnight, up to 48 hours. */
export interface Stretch {
  readonly fromMinutes: number;
  readonly toMinutes: number;
  readonly state: OpenState;
  /** Holds only where what comes before it leaves the place closed. */
  readonly fallback: boolean;
}

/** What has to be known of a day beyond the calendar. */
export interface DayFacts {
  readonly holidays: readonly Holiday[];
  /** Asked for only if it matters; without what is not known. */
  readonly sun: () => SunMinutes;
}

/** Where the sun is usually, to tell a span over midnight from one that is empty on some days. */
const USUAL_SUN_MINUTES: Readonly<Record<SunEvent, number>> = {
  dawn: 5.5 * 60,
  sunrise: 6 * 60,
  sunset: 18 * 60,
  dusk: 18.5 * 60,
};

/** What opening hours say of the time that begins on a day; a later stretch wins over those before. */
export function stretchesOf({ rules }: OpeningHours, day: number, facts: DayFacts): Stretch[] {
  let stretches: Stretch[] = [];
  for (const [index, rule] of rules.entries()) {
    if (!matchesDay(rule.days, day, facts.holidays)) continue;
    if (replaces(rule, rules[index - 1])) stretches = [];
    stretches.push(...ruleStretches(rule, facts));
  }
  return stretches;
}

/** The state that the stretches give to a minute; undefined if none of them says anything. */
export function stateAmong(stretches: readonly Stretch[], minute: number): OpenState | undefined {
  let state: OpenState | undefined;
  for (const stretch of stretches) {
    if (minute < stretch.fromMinutes || minute >= stretch.toMinutes) continue;
    if (!stretch.fallback || (state ?? "closed") === "closed") state = stretch.state;
  }
  return state;
}

/**
 * Whether a rule replaces what those before say of its days. Times without days only add to rules with
 * days ("Mo-Sa 7:30-12:30; 16:00-19:00"), and times that are off only cut out of them.
 */
function replaces(rule: Rule, before: Rule | undefined): boolean {
  if (rule.state === "closed") return isWholeDay(rule) && rule.joiner !== "fallback";
  return rule.joiner === "override" && (rule.days.length > 0 || before?.days.length === 0);
}

const isWholeDay = ({ times }: Rule): boolean => times.length === 0;

function ruleStretches(rule: Rule, facts: DayFacts): Stretch[] {
  const { state } = rule;
  const fallback = rule.joiner === "fallback";
  const stretch = (fromMinutes: number, toMinutes: number, of = state): Stretch => {
    return { fromMinutes, toMinutes, state: of, fallback };
  };
  // A day that is off takes nothing from the night before.
  if (isWholeDay(rule)) return state === "closed" ? [] : [stretch(0, DAY_MINUTES)];
  return rule.times.flatMap((span) => {
    const from = minutesOf(span.from, facts);
    const to = span.to && endMinutes(span.from, span.to, facts);
    if (from === undefined || (span.to && to === undefined)) {
      return [stretch(from ?? 0, to ?? DAY_MINUTES, "unknown")];
    }
    const parts: Stretch[] = [];
    if (to !== undefined) parts.push(stretch(from, to));
    if (span.openEnd) {
      const since = to ?? from;
      parts.push(stretch(since, openEndMinutes(since), state === "open" ? "unknown" : state));
    }
    return parts;
  });
}

/**
 * How long a place without a closing time may be open: as OpenStreetMap's reference implementation has
 * it, until midnight, or for 10 hours from the evening, or for 8 from the night.
 */
function openEndMinutes(since: number): number {
  if (since < 17 * 60) return DAY_MINUTES;
  return Math.min(since + (since < 22 * 60 ? 10 : 8) * 60, 2 * DAY_MINUTES);
}

function endMinutes(from: Moment, to: Moment, facts: DayFacts): number | undefined {
  const end = minutesOf(to, facts);
  const overMidnight =
    (from.kind === "sun" || to.kind === "sun") && usualMinutes(to) <= usualMinutes(from);
  return end === undefined || !overMidnight ? end : end + DAY_MINUTES;
}

function minutesOf(moment: Moment, facts: DayFacts): number | undefined {
  if (moment.kind === "clock") return moment.minutes;
  const minutes = facts.sun()[moment.event];
  return minutes === undefined ? undefined : minutes + moment.offsetMinutes;
}

function usualMinutes(moment: Moment): number {
  if (moment.kind === "clock") return moment.minutes;
  return USUAL_SUN_MINUTES[moment.event] + moment.offsetMinutes;
}
