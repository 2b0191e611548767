// Days are counted from 1970-01-01, which is 0; months from 0, January; weekdays from 0, Sunday.

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MINUTES = 24 * 60;
export const DAY_MS = DAY_MINUTES * MINUTE_MS;

/** The day in UTC. */
export function utcDayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}

/** The month's day, or its last one if it has no such day. */
export function dayOf(year: number, month: number, dayOfMonth: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(dayOfMonth, last)) / DAY_MS;
}

export function yearOf(day: number): number {
  return new Date(day * DAY_MS).getUTCFullYear();
}

/** 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** A day is the nth of its weekday in the month: n from the month's beginning and from its end, from 1. */
export function ordinalsOf(day: number): { fromStart: number; fromEnd: number } {
  const date = new Date(day * DAY_MS);
  const dayOfMonth = date.getUTCDate();
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return {
    fromStart: Math.ceil(dayOfMonth / 7),
    fromEnd: Math.ceil((last - dayOfMonth + 1) / 7),
  };
}

/** The week of ISO 8601: it begins on a Monday and belongs to the year that its Thursday is in. */
export function weekOf(day: number): number {
  const thursday = day + 3 - ((weekdayOf(day) + 6) % 7);
  return Math.floor((thursday - dayOf(yearOf(thursday), 0, 1)) / 7) + 1;
}

/** Easter Sunday of the Western churches: the computus of Meeus, Jones and Butcher. */
export function easterOf(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const yearOfCentury = year % 100;
  const skippedLeaps = century - Math.floor(century / 4);
  const moonDrift = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const fullMoon = (19 * golden + skippedLeaps - moonDrift + 15) % 30;
  const leaps = 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - (yearOfCentury % 4);
  const toSunday = (32 + leaps - fullMoon) % 7;
  const late = Math.floor((golden + 11 * fullMoon + 22 * toSunday) / 451);
  const sum = fullMoon + toSunday - 7 * late + 114;
  return dayOf(year, Math.floor(sum / 31) - 1, (sum % 31) + 1);
}
