/** A day or a time of ISO 8601. */
export interface IsoTime {
  /** What the clocks show then, in milliseconds since 1970 as if they were in UTC. */
  readonly clockMs: number;
  /** How far the clocks are ahead of UTC, if the text has a zone. */
  readonly offsetMs: number | undefined;
  /** Whether it is a day without a time; clockMs is its beginning then. */
  readonly isDay: boolean;
}

const ISO_TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Reads "2026-05-01", "2026-05-01T10:00" or "2026-05-01 10:00:00+02:00". Undefined for anything else. */
export function parseIsoTime(text: string): IsoTime | undefined {
  const [, day, time, zone] = ISO_TIME.exec(text.trim()) ?? [];
  // The 30th of February would be taken for a day of March.
  if (day === undefined || new Date(day).toJSON()?.slice(0, 10) !== day) return undefined;
  const clock = `${day}T${time ?? "00:00"}`;
  const clockMs = Date.parse(`${clock}Z`);
  const offsetMs =
    zone === undefined ? undefined : clockMs - Date.parse(clock + zone.toUpperCase());
  if (Number.isNaN(clockMs) || Number.isNaN(offsetMs)) return undefined;
  return { clockMs, offsetMs, isDay: time === undefined };
}
