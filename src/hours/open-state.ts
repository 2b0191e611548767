import type { Point } from "../geo/point.ts";
import type { OpeningHours } from "./opening-hours.ts";
import { type Stretch, stateAmong, stretchesOf } from "./stretches.ts";
import { type SunMinutes, sunMinutesOn } from "./sun.ts";
import type { Holiday, OpenState } from "./vocabulary.ts";
import { DAY_MINUTES, MINUTE_MS, zoneOffsetMs } from "./wall-clock.ts";

/** Whether a place is open. */
export interface Opening {
  /** On an ordinary day; `unknown` where only school holidays would tell, or the hours say so themselves. */
  readonly state: OpenState;
  /** If the day is a public holiday: differs from `state` only if the hours have a rule for these. */
  readonly onPublicHoliday: OpenState;
}

/** The next time at which a place opens, closes, or stops being known to be either. */
export interface Change {
  readonly atMs: number;
  readonly state: OpenState;
}

const LOOK_AHEAD_DAYS = 7;

/**
 * Whether a place is open at an instant, by the clocks of its time zone (IANA). The point is for hours that
 * go by the sun. Which days are holidays is not known here. Public ones are few, so the answer is for a day
 * that is none, with what would hold if it were; school holidays are a quarter of the year, so where they
 * matter the answer is `unknown`. It also is if there is no such time zone.
 */
export function openingAt(
  hours: OpeningHours,
  instantMs: number,
  timeZone: string,
  point?: Point,
): Opening {
  return new Schedule(hours, timeZone, point).openingAt(instantMs);
}

/** `openingAt` on an ordinary day. */
export function isOpen(
  hours: OpeningHours,
  instantMs: number,
  timeZone: string,
  point?: Point,
): OpenState {
  return openingAt(hours, instantMs, timeZone, point).state;
}

/**
 * The first change of `isOpen` after an instant, within seven days; undefined if there is none. Holidays
 * are left out of it as there.
 */
export function nextChange(
  hours: OpeningHours,
  instantMs: number,
  timeZone: string,
  point?: Point,
): Change | undefined {
  return new Schedule(hours, timeZone, point).nextChange(instantMs);
}

/** Opening hours at their place. */
class Schedule {
  readonly #hours: OpeningHours;
  readonly #timeZone: string;
  readonly #point: Point | undefined;
  readonly #stretches = new Map<string, Stretch[]>();
  readonly #suns = new Map<number, SunMinutes>();
  readonly #schoolMatters: boolean;

  constructor(hours: OpeningHours, timeZone: string, point: Point | undefined) {
    this.#hours = hours;
    this.#timeZone = timeZone;
    this.#point = point;
    this.#schoolMatters = hours.rules.some(({ days }) =>
      days.flat().some((selector) => selector.kind === "holiday" && selector.holiday === "school"),
    );
  }

  openingAt(instantMs: number): Opening {
    const minute = this.#wallMinute(instantMs);
    if (minute === undefined) return { state: "unknown", onPublicHoliday: "unknown" };
    return {
      state: this.#stateAt(minute, false),
      onPublicHoliday: this.#stateAt(minute, true),
    };
  }

  nextChange(instantMs: number): Change | undefined {
    const { state } = this.openingAt(instantMs);
    for (const atMs of this.#turningPoints(instantMs)) {
      const then = this.openingAt(atMs).state;
      if (then !== state) return { atMs, state: then };
    }
    return undefined;
  }

  /** The state may change at these instants only, soonest first. */
  #turningPoints(instantMs: number): number[] {
    const endMs = instantMs + LOOK_AHEAD_DAYS * DAY_MINUTES * MINUTE_MS;
    const today = this.#wallMinute(instantMs);
    if (today === undefined) return [];
    const { offsetsMs, transitionsMs } = this.#clockChanges(instantMs, endMs);
    const minutes = new Set<number>();
    const firstDay = Math.floor(today / DAY_MINUTES) - 1;
    for (let day = firstDay; day <= firstDay + LOOK_AHEAD_DAYS + 2; day++) {
      const stretches = [...this.#stretchesOn(day, []), ...this.#stretchesOn(day, ["school"])];
      const edges = stretches.flatMap(({ fromMinutes, toMinutes }) => [fromMinutes, toMinutes]);
      for (const edge of [0, ...edges]) minutes.add(day * DAY_MINUTES + edge);
    }
    const instants = [...minutes].flatMap((minute) =>
      offsetsMs.map((offsetMs) => minute * MINUTE_MS - offsetMs),
    );
    return [...instants, ...transitionsMs]
      .filter((atMs) => atMs > instantMs && atMs <= endMs)
      .sort((a, b) => a - b);
  }

  /** The offsets that clocks have between two instants, and when they are put forward or back. */
  #clockChanges(fromMs: number, endMs: number): { offsetsMs: number[]; transitionsMs: number[] } {
    const offsetAt = (atMs: number) => zoneOffsetMs(atMs, this.#timeZone) ?? 0;
    const offsetsMs = new Set([offsetAt(fromMs)]);
    const transitionsMs: number[] = [];
    for (let beforeMs = fromMs; beforeMs < endMs; beforeMs += DAY_MINUTES * MINUTE_MS) {
      let [lowMs, highMs] = [beforeMs, beforeMs + DAY_MINUTES * MINUTE_MS];
      const offsetMs = offsetAt(highMs);
      if (offsetMs === offsetAt(lowMs)) continue;
      while (highMs - lowMs > 1) {
        const middleMs = Math.floor((lowMs + highMs) / 2);
        if (offsetAt(middleMs) === offsetMs) highMs = middleMs;
        else lowMs = middleMs;
      }
      offsetsMs.add(offsetMs);
      transitionsMs.push(highMs);
    }
    return { offsetsMs: [...offsetsMs], transitionsMs };
  }

  /** Minutes since 1970 as the clocks of the place count them. */
  #wallMinute(instantMs: number): number | undefined {
    const offsetMs = zoneOffsetMs(instantMs, this.#timeZone);
    return offsetMs === undefined ? undefined : Math.floor((instantMs + offsetMs) / MINUTE_MS);
  }

  #stateAt(minute: number, publicHoliday: boolean): OpenState {
    const holidays: Holiday[] = publicHoliday ? ["public"] : [];
    const state = this.#stateOn(minute, holidays, []);
    if (!this.#schoolMatters) return state;
    const inSchoolHolidays = this.#stateOn(minute, [...holidays, "school"], ["school"]);
    return state === inSchoolHolidays ? state : "unknown";
  }

  /**
   * The state if these are the holidays of the day, and of the day before. What begins in the evening
   * belongs to its day until it ends, whatever the next day's rules are: a bar that is closed on Sundays
   * is open until 2 in Saturday's night. Only a time that is off by name wins.
   */
  #stateOn(minute: number, today: readonly Holiday[], yesterday: readonly Holiday[]): OpenState {
    const day = Math.floor(minute / DAY_MINUTES);
    const minuteOfDay = minute - day * DAY_MINUTES;
    const own = stateAmong(this.#stretchesOn(day, today), minuteOfDay);
    const before = stateAmong(this.#stretchesOn(day - 1, yesterday), minuteOfDay + DAY_MINUTES);
    if (own === "closed" || before === "closed") return "closed";
    if (own === "open" || before === "open") return "open";
    return own ?? before ?? "closed";
  }

  #stretchesOn(day: number, holidays: readonly Holiday[]): readonly Stretch[] {
    const key = `${day} ${holidays.join(" ")}`;
    let stretches = this.#stretches.get(key);
    if (!stretches) {
      const sun = () => this.#sunOn(day);
      stretches = stretchesOf(this.#hours, day, { holidays, sun });
      this.#stretches.set(key, stretches);
    }
    return stretches;
  }

  #sunOn(day: number): SunMinutes {
    let sun = this.#suns.get(day);
    if (!sun) {
      sun = this.#point ? sunMinutesOn(day, this.#point, this.#timeZone) : {};
      this.#suns.set(day, sun);
    }
    return sun;
  }
}
