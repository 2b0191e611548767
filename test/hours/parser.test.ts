import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OpeningHours } from "../../src/hours/grammar.ts";
import { parseOpeningHours } from "../../src/hours/parser.ts";
import { isOpen } from "../../src/hours/schedule.ts";
import { hoursText } from "../support/hours-text.ts";

describe("reads alike", () => {
  it.each([
    ["Mo-Fr 09:00-17:00", "mo-fr 9-17"],
    ["Mo-Fr 09:00-17:00", "Mon-Fri 9am-5pm"],
    ["Mo-Fr 09:00-17:00", "Monday to Friday: 9:00 a.m. - 5 p.m."],
    ["Mo-Fr 09:00-17:00", "MO–FR 9.00—17.00"],
    ["Mo-Fr 09:00-17:00", "Mo-Fr09:00-17:00;"],
    ["Mo-Fr 09:00-17:00", "Mo-Fr 9h00-17h"],
    ["Mo-Fr 09:00-17:00", "Ｍｏ－Ｆｒ ０９：００～１７：００"],
    ["Mo-Fr 09:00-17:00", "Mo-Fr ٠٩:٠٠-١٧:٠٠"],
    ["Mo-Fr 09:00-17:00", "09:00-17:00 Mo-Fr"],
    ["Mo,We,Fr 10:00-12:00", "Mo & We and Fr 10:00-12:00"],
    ["Mo,We,Fr 10:00-12:00", "Mo We Fr 10:00-12:00"],
    ["Tu-Su 10:00-16:00", "Di-So 10:00-16:00"],
    ["Mo 08:00-12:00,14:00-18:00", "Mo 8:00-12:00, 14:00-18:00"],
    ["Mo 08:00-12:00,14:00-18:00", "Mo 08:00-12:00 14:00-18:00"],
    ["Mo-Fr 08:00-18:00; Sa 08:00-12:00", "Mo-Fr 8:00-18:00 Sat 8:00-12:00"],
    ["Mo-Fr 08:00-18:00; Su off", "Mo-Fr 8:00-18:00;Su CLOSED"],
    ["24/7", "24/7"],
    ["Mo 22:00-04:00", "Mo 22:00-28:00"],
    ["May 01-Oct 31 08:00-12:00", "1 May-31 Oct 8-12"],
    ["Mar 07-Dec 03 13:00-00:30", "Mar07-Dec03 13:00-0:30"],
    ["Dec 24,Dec 26 off", "Dec 24,26 off"],
    ["Mo 12:00-12:30", "Mo 12pm-12:30pm"],
  ])("%s: %s", (plain, given) => {
    expect(parseOpeningHours(given)).toBeDefined();
    expect(parseOpeningHours(given)).toEqual(parseOpeningHours(plain));
  });
});

describe("does not guess at", () => {
  it.each([
    ["nothing", ""],
    ["separators", " ; , || "],
    ["prose", "mornings and evenings"],
    ["one word that is none", "Mo-Fr 09:00-17:00; Good Friday off"],
    ["an hour that is none", "Mo 106:30-21:30"],
    ["a beginning after midnight", "Su 24:00-11:00"],
    ["minutes that are none", "Mo 10:75-11:00"],
    ["a point in time", "Mo 10:00"],
    ["times that repeat", "Mo 10:00-16:00/01:30"],
    ["hours that may be in the evening", "Mo-Fr 5-9"],
    ["an end that may be in the afternoon", "Mo-Fr 9:00-5:00"],
    ["an afternoon that is written in 24 hours", "Mo-Fr 17-9pm"],
    ["years that are rather times", "1900-2200"],
    ["what is closed, the hours or the day", "9:00-17:00 Sunday closed"],
    ["Monday in Dutch, Tuesday in French and Spanish", "Ma-Di 10:00-18:00"],
    ["days of two languages", "Lun-Freitag 10:00-18:00"],
    ["a letter that begins two days", "M-S 10:00-18:00"],
    ["most of a text", "Mon-Fri 9am-5pm, Sundays by appointment"],
    ["an hour of neither half of the day", "13am-2pm"],
    ["days that may be hours", "1-15 May off"],
    ["a day without its month", "Apr-15 off"],
    ["a day that no month has", "May 32 off"],
    ["dates in two places", "Jan 5 Mo Feb 6 off"],
    ["the sixth Monday", "Mo[6] off"],
    ["ordinals of a range", "Mo-Fr[1] 10:00-12:00"],
    ["week 54", "week 54 off"],
    ["weeks from high to low", "week 40-10 off"],
    ["steps of nothing", "week 1-10/0 off"],
    ["a year at the end only", "Jan 5-2027 Jan 6 off"],
    ["days shifted", "PH -1 day off"],
    ["days behind times before days", "Mo 10:00-12:00 Tu"],
    ["an open quotation", 'Mo-Fr 10:00-12:00 "by appointment'],
    ["HTML", "<b>24/7</b>"],
    ["a text without an end", "Mo 10:00-12:00,".repeat(1_000)],
  ])("%s", (_, text) => {
    expect(parseOpeningHours(text)).toBeUndefined();
  });
});

describe("any text", () => {
  const pieces = fc.constantFrom(
    ..."Mo Tu-Fr Sa[1,-1] PH SH Jan Feb-Apr 24 31 2026 2026+ week 1-53/2 easter -2 days sunrise-sunset".split(
      " ",
    ),
    ..."(sunset+01:00) 10:00-12:00 22:00-04:00 18:00+ 00:00-48:00 off open unknown 24/7 9am 5pm".split(
      " ",
    ),
    ...[
      ";",
      ",",
      "||",
      "-",
      "+",
      ":",
      "[",
      "]",
      "(",
      ")",
      "/",
      '"x"',
      " ",
      "\u0000",
      "ſ",
      "\ud800",
      "½",
      "۳",
    ],
    ..."daily weekdays to noon midnight closed 9-5 0900-1700 Open 24h lun-ven ma-vr du au fermé à".split(
      " ",
    ),
    ..."пн-пт выходной 月～金 10時 午後3時半 定休日 周一至五 休息 월요일 오전 9시 | \n".split(" "),
  );
  const rule = fc
    .tuple(
      fc.constantFrom(
        "",
        "Mo-Fr",
        "Sa,PH",
        "SH",
        "Su[-1]",
        "Nov-Mar",
        "Dec 24-26",
        "week 1-53/2",
        "easter",
      ),
      fc.constantFrom(
        "09:00-17:00",
        "22:00-04:00",
        "24/7",
        "18:00+",
        "06:00-48:00",
        "sunset-sunrise",
        "off",
      ),
      fc.constantFrom("", "", "off", "unknown", '"x"'),
    )
    .map((parts) => parts.join(" "));
  const separator = fc.constantFrom("; ", ", ", " || ");
  const rules = fc
    .array(fc.tuple(rule, separator), { minLength: 1, maxLength: 12 })
    .map((list) => list.flat().join(""));
  const text = fc.oneof(
    rules,
    fc.string({ unit: "binary" }),
    fc.array(pieces, { maxLength: 40 }).map((list) => list.join(" ")),
    fc.array(pieces, { maxLength: 40 }).map((list) => list.join("")),
  );

  it("that is understood says the same in OpenStreetMap's language", () => {
    let understood = 0;
    const instants = Array.from(
      { length: 40 },
      (_, k) => Date.UTC(2026, 0, 1) + k * 41 * 3.6e6 * 5,
    );
    const statesOf = (hours: OpeningHours) => instants.map((at) => isOpen(hours, at, "UTC"));
    fc.assert(
      fc.property(text, (given) => {
        const hours = parseOpeningHours(given);
        if (!hours) return;
        understood += 1;
        const plain = hoursText(hours);
        const again = parseOpeningHours(plain);
        expect(again, plain).toBeDefined();
        expect(statesOf(again!), plain).toEqual(statesOf(hours));
        expect(hoursText(again!)).toBe(plain);
      }),
      { numRuns: 3_000, seed: 7 },
    );
    expect(understood).toBeGreaterThan(300);
  });

  const atMs = fc.oneof(fc.integer({ min: 0, max: 4e12 }), fc.double());
  const zone = fc.constantFrom("UTC", "Europe/Athens", "Pacific/Apia", "No/Where", "");
  const point = fc.constantFrom(
    undefined,
    { latitude: 40, longitude: 23 },
    { latitude: 89, longitude: 0 },
  );

  it("has a state at any time and place, or is not understood", () => {
    let understood = 0;
    fc.assert(
      fc.property(text, atMs, zone, point, (given, at, timeZone, where) => {
        const hours = parseOpeningHours(given);
        if (!hours) return;
        understood += 1;
        expect(["open", "closed", "unknown"]).toContain(isOpen(hours, at, timeZone, where));
      }),
      { numRuns: 5_000, seed: 4 },
    );
    expect(understood).toBeGreaterThan(500);
  });
});
