import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import Judge from "opening_hours";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { FOLDER } from "../../bench/real-places.ts";
import type { OpeningHours } from "../../src/hours/grammar.ts";
import { parseOpeningHours } from "../../src/hours/parser.ts";
import { isOpen } from "../../src/hours/schedule.ts";
import { seeded } from "../support/random.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const POIS = join(FOLDER, "osm-pois.ndjson.gz");
const INSTANTS_A_VALUE = 40;
const FIRST_MS = Date.UTC(2026, 0, 1);
const TWO_YEARS_MINUTES = 2 * 365 * 24 * 60;
const SALONIKA = { latitude: 40.64, longitude: 22.94 };

/** Where we differ on purpose, as the comments of `src/hours` say. */
const ON_PURPOSE: readonly ((value: string, hours: OpeningHours, atMs: number) => boolean)[] = [
  // The judge ends what began yesterday where a rule for today begins: "Fr 13:00-02:00; Sa 10:00-03:00".
  (_, hours, atMs) =>
    isOpen(hours, atMs, "UTC") === "open" &&
    isOpen(hours, Math.floor(atMs / DAY_MS) * DAY_MS - MINUTE_MS, "UTC") === "open",
  // After the end of "10:00-16:00+" the judge says closed, and for "00:00-24:00+" unknown.
  (value) => value.includes("+"),
  // Without a separator the judge takes both rules' times for both rules' days.
  (value) => /\d +[A-Z][a-z]/.test(value),
  // The judge lets the sun rise at 6 and set at 18 wherever the place is.
  (value) => value.includes("sun"),
];

/** The reference implementation, with the holidays of Greece; undefined if it does not understand the value. */
function judgeOf(value: string): Judge | undefined {
  const address = { country_code: "gr", state: "" };
  try {
    return new Judge(value, { lat: SALONIKA.latitude, lon: SALONIKA.longitude, address });
  } catch {
    return undefined;
  }
}

describe.runIf(existsSync(POIS))("OpenStreetMap's opening hours", () => {
  let values: (readonly [value: string, places: number])[];
  beforeAll(() => {
    vi.spyOn(console, "warn").mockReturnValue();
    vi.spyOn(console, "error").mockReturnValue();
    values = openingHours();
  });

  it("are understood", () => {
    const understood = values.filter(([value]) => parseOpeningHours(value));
    const sum = (list: typeof values) => list.reduce((total, [, places]) => total + places, 0);
    expect(values.length).toBeGreaterThan(2_000);
    expect(understood.length / values.length).toBeGreaterThan(0.98);
    expect(sum(understood) / sum(values)).toBeGreaterThan(0.999);
  });

  it("are read as the reference implementation does", { timeout: 10 * MINUTE_MS }, () => {
    const random = seeded(4);
    const holidays = judgeOf("PH")!;
    // What began on a holiday may go on for a day after it.
    const isOrdinary = (atMs: number) =>
      !holidays.getState(new Date(atMs)) && !holidays.getState(new Date(atMs - DAY_MS));
    let [asked, agreed] = [0, 0];
    const faults: string[] = [];
    for (const [value] of values) {
      const hours = parseOpeningHours(value);
      const judge = judgeOf(value);
      if (!hours || !judge) continue;
      for (let k = 0; k < INSTANTS_A_VALUE; k++) {
        let atMs: number;
        do atMs = FIRST_MS + Math.floor(random() * TWO_YEARS_MINUTES) * MINUTE_MS;
        while (!isOrdinary(atMs));
        const at = new Date(atMs);
        const judges = judge.getState(at) ? "open" : judge.getUnknown(at) ? "unknown" : "closed";
        const state = isOpen(hours, atMs, "UTC", SALONIKA);
        asked += 1;
        if (judges === state) agreed += 1;
        else if (!ON_PURPOSE.some((differs) => differs(value, hours, atMs))) {
          faults.push(`${value} ${at.toISOString()}: ${state}, not ${judges}`);
        }
      }
    }
    expect(asked).toBeGreaterThan(50_000);
    expect(agreed / asked).toBeGreaterThan(0.995);
    expect(faults).toEqual([]);
  });
});

/** The different opening hours that OpenStreetMap has there, each with the number of places. */
function openingHours(): [value: string, places: number][] {
  const counts = new Map<string, number>();
  for (const line of gunzipSync(readFileSync(POIS)).toString().split("\n")) {
    if (!line) continue;
    const { tags } = JSON.parse(line) as { tags: { opening_hours?: string } };
    const hours = tags.opening_hours;
    if (hours) counts.set(hours, (counts.get(hours) ?? 0) + 1);
  }
  return [...counts];
}
