import { describe, expect, it } from "vitest";
import { flatten } from "../../../../src/formats/mapping/flat-fields.ts";
import { guessHours, hoursOf } from "../../../../src/formats/mapping/opening/hours.ts";
import { parseOpeningHours } from "../../../../src/hours/parser.ts";
import { readPlaces } from "../../../support/rows.ts";

const DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");
const GERMAN = "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split(" ");

/** Columns of the days; `valuesOf` is given the number of the day, 0 is Monday. */
function week(
  days: readonly string[],
  valuesOf: (day: string, at: number) => Record<string, unknown>,
): Record<string, unknown> {
  return Object.assign({}, ...days.map(valuesOf));
}

/** What files and services have, and the hours that it comes to. */
const HOURS: Readonly<Record<string, readonly [fields: Record<string, unknown>, hours: string]>> = {
  "OpenStreetMap's tag": [{ tags: { opening_hours: "24/7" } }, "24/7"],
  "a text": [{ "Opening Hours": "Daily 9am-9pm" }, "Daily 9am-9pm"],
  "a text that is not understood": [{ opening_hours: "by appointment" }, "by appointment"],
  "Google's periods": [
    {
      opening_hours: {
        open_now: true,
        periods: [1, 2, 3].map((day) => ({
          open: { day, time: "0900" },
          close: { day, time: "1730" },
        })),
        weekday_text: ["Monday: 9:00 AM – 5:30 PM"],
      },
    },
    "Mo-We 09:00-17:30",
  ],
  "Google's period without an end": [
    { opening_hours: { periods: [{ open: { day: 0, time: "0000" } }] } },
    "Mo-Su 00:00-24:00",
  ],
  "Google's newer periods, over midnight": [
    {
      regularOpeningHours: {
        periods: [
          { open: { day: 5, hour: 18, minute: 0 }, close: { day: 6, hour: 2, minute: 30 } },
        ],
      },
    },
    "Fr 18:00-26:30",
  ],
  "Google's period of several days": [
    {
      opening_hours: {
        periods: [{ open: { day: 5, time: "2000" }, close: { day: 0, time: "2200" } }],
      },
    },
    "Fr 20:00-24:00; Sa 00:00-24:00; Su 00:00-22:00",
  ],
  "Google's descriptions": [
    {
      regularOpeningHours: {
        weekdayDescriptions: ["Monday: 9:00\u202fAM\u2009–\u20095:00\u202fPM", "Tuesday: Closed"],
      },
    },
    "Monday: 9:00 AM – 5:00 PM; Tuesday: Closed",
  ],
  "Foursquare's regular hours": [
    {
      hours: {
        display: "…",
        regular: [
          { day: 1, open: "0900", close: "1700" },
          { day: 7, open: "1800", close: "+0200" },
        ],
      },
    },
    "Mo 09:00-17:00; Su 18:00-26:00",
  ],
  "Foursquare's time frames": [
    { hours: { timeframes: [{ days: "Mon–Fri", open: [{ renderedTime: "9:00 AM–Noon" }] }] } },
    "Mon–Fri 9:00 AM–Noon",
  ],
  "Yelp's list": [
    {
      hours: [
        {
          hours_type: "REGULAR",
          open: [
            { day: 0, start: "1000", end: "2300", is_overnight: false },
            { day: 6, start: "2200", end: "0200", is_overnight: true },
          ],
        },
      ],
    },
    "Mo 10:00-23:00; Su 22:00-26:00",
  ],
  "Yelp's data set": [
    { hours: "{'Monday': '8:0-22:0', 'Sunday': '9:30-12:0'}" },
    "Mo 08:00-22:00; Su 09:30-12:00",
  ],
  "Facebook's turns": [
    {
      hours: {
        tue_1_open: "09:00",
        tue_1_close: "12:00",
        tue_2_open: "13:00",
        tue_2_close: "17:00",
      },
    },
    "Tu 09:00-12:00,13:00-17:00",
  ],
  "schema.org's texts": [
    { openingHours: ["Mo-Fr 09:00-17:00", "Sa 10:00-14:00"] },
    "Mo-Fr 09:00-17:00; Sa 10:00-14:00",
  ],
  "schema.org's specifications": [
    {
      openingHoursSpecification: [
        { dayOfWeek: ["https://schema.org/Monday", "Tuesday"], opens: "09:00", closes: "17:00:00" },
        { dayOfWeek: "http://schema.org/Saturday", opens: "00:00", closes: "23:59" },
        { dayOfWeek: "Sunday", opens: "00:00", closes: "00:00" },
        {
          dayOfWeek: "Wednesday",
          opens: "10:00",
          closes: "11:00",
          validFrom: "2026-12-23",
          validThrough: "2026-12-24",
        },
      ],
    },
    "Mo-Tu 09:00-17:00; Sa 00:00-24:00; Su off",
  ],
  "one specification for every day": [
    { openingHoursSpecification: { opens: "09:00", closes: "17:00" } },
    "Mo-Su 09:00-17:00",
  ],
  "an object by weekday": [
    { working_hours: { Monday: "9AM-5PM", Tuesday: "Closed", Saturday: "Open 24 hours" } },
    "Mo 09:00-17:00; Tu off; Sa 00:00-24:00",
  ],
  "objects and lists by weekday": [
    {
      hours: {
        monday: { open: "9:00", close: "17:00" },
        tuesday: { isClosed: true },
        friday: [
          ["09:00", "12:00"],
          ["13:00", "17:00"],
        ],
        sunday: [],
      },
    },
    "Mo 09:00-17:00; Tu off; Fr 09:00-12:00,13:00-17:00; Su off",
  ],
  "an object by days": [
    { hours: { "Mon-Fri": "9am-5pm", Sat: "10am-2pm" } },
    "Mon-Fri 9am-5pm; Sat 10am-2pm",
  ],
  "a list by day": [
    {
      openingHours: [
        { day: "Monday", hours: "9 AM to 5 PM" },
        { day: "Sunday", hours: "Closed" },
      ],
    },
    "Mo 09:00-17:00; Su off",
  ],
  "JSON in a column": [
    { opening_hours: '{"monday": {"open": "09:00", "close": "17:00"}}' },
    "Mo 09:00-17:00",
  ],
  "columns of weekdays": [
    week(DAYS, (day, at) => ({ [day]: at < 5 ? "9:00-17:00" : "" })),
    "Mo-Fr 09:00-17:00",
  ],
  "columns of opening and closing": [
    week(DAYS, (day, at) => ({
      [`${day.slice(0, 3)}_open`]: at < 6 ? "09:00" : "",
      [`${day.slice(0, 3)}_close`]: at < 6 ? "5:30 PM" : "",
    })),
    "Mo-Sa 09:00-17:30",
  ],
  "the same in another order, as numbers": [
    week(DAYS, (day) => ({ [`Open ${day}`]: 0.375, [`Close ${day}`]: 1800 })),
    "Mo-Su 09:00-18:00",
  ],
  "columns that tell what is closed": [
    week(DAYS, (day, at) => ({
      [`${day}Open`]: "0900",
      [`${day}Close`]: "1700",
      [`${day}Closed`]: at === 6 ? "1" : "0",
    })),
    "Mo-Sa 09:00-17:00; Su off",
  ],
  "two turns a day": [
    week(DAYS, (day) => ({
      [`${day}_open_1`]: "9:00",
      [`${day}_close_1`]: "12:00",
      [`${day}_open_2`]: "14:00",
      [`${day}_close_2`]: "18:00",
    })),
    "Mo-Su 09:00-12:00,14:00-18:00",
  ],
  "German columns": [
    week(GERMAN, (day, at) => ({ [day]: at < 6 ? "9-12 und 14-18 Uhr" : "geschlossen" })),
    "Mo-Sa 09:00-12:00,14:00-18:00; Su off",
  ],
  "German columns in short": [
    week(["Mo", "Di", "Mi", "Do", "Fr"], (day) => ({
      [`${day} von`]: "8:00",
      [`${day} bis`]: "16:00",
    })),
    "Mo-Fr 08:00-16:00",
  ],
  "French columns": [
    week("lundi mardi mercredi jeudi vendredi samedi dimanche".split(" "), (day, at) => ({
      [`horaires_${day}`]: at < 6 ? "9h-12h30 / 14h-19h" : "fermé",
    })),
    "Mo-Sa 09:00-12:30,14:00-19:00; Su off",
  ],
  "Japanese columns": [
    week(
      [..."月火水木金土日"].map((day) => `${day}曜日`),
      (day, at) => ({ [day]: at < 5 ? "10:00～19:00" : "休み" }),
    ),
    "Mo-Fr 10:00-19:00; Sa-Su off",
  ],
  "a day that is not understood": [
    week(DAYS, (day, at) => ({ [day]: at < 4 ? "9-5" : at === 4 ? 'by "appointment"' : "" })),
    `Mo-Th 09:00-17:00; Fr "by 'appointment'"`,
  ],
};

const read = (fields: Record<string, unknown>) => {
  const source = guessHours([fields], Object.keys(flatten(fields)), {});
  return source && hoursOf(fields, source);
};

describe("the hours of a row", () => {
  it.each(Object.entries(HOURS))("are read from %s", (_, [fields, hours]) => {
    expect(read(fields)).toBe(hours);
    if (hours !== "by appointment") expect(parseOpeningHours(hours)).toBeDefined();
  });

  it.each<[string, Record<string, unknown>]>([
    ["numbers by weekday", week(DAYS, (day, at) => ({ [day]: String(100 + at) }))],
    ["hours of work a week", { hours: "40" }],
    ["the hours of a part", { pharmacy: { hours: "9am-5pm" } }],
    ["the hours of a drink", { happy_hours: "5-7pm" }],
    ["whether a place is open now", { opening_hours: { open_now: true } }],
    ["two weekdays", { Mo: "9-17", So: "10-12" }],
    [
      "days that may count from Sunday or from Monday",
      { hours: [{ day: 0, open: "0900", close: "1700" }] },
    ],
  ])("are not: %s", (_, fields) => {
    expect(read(fields)).toBeUndefined();
  });

  it("become the declared attribute in place of the columns", async () => {
    const header = `id,name,lat,lon,stars,${DAYS.join(",")}`;
    const csv = `${header}\na,Alpha,48,2,4,9-17,9-17,9-17,9-17,9-17,,\nb,Beta,48.1,2,3,,,,,,,\n`;
    const { records } = await readPlaces(csv);
    expect(records.map(({ attributes }) => attributes)).toEqual([
      { opening_hours: "Mo-Fr 09:00-17:00", stars: "4" },
      { stars: "3" },
    ]);
    const declared = await readPlaces(csv, { attributes: { times: "opening_hours" } });
    expect(declared.records[0]?.attributes).toMatchObject({ times: "Mo-Fr 09:00-17:00" });
  });
});
