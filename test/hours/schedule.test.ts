import { describe, expect, it } from "vitest";
import type { OpeningHours } from "../../src/hours/grammar.ts";
import { parseOpeningHours } from "../../src/hours/parser.ts";
import { isOpen, openingAt } from "../../src/hours/schedule.ts";

function read(text: string): OpeningHours {
  const hours = parseOpeningHours(text);
  if (!hours) throw new Error(`Not understood: ${text}`);
  return hours;
}

const at = (text: string): number => Date.parse(text);
const stateIn = (text: string, time: string, timeZone = "UTC") =>
  isOpen(read(text), at(`${time}Z`), timeZone);

// 27 November 2026 is a Friday.
describe("on a day", () => {
  it.each([
    ["24/7", "2026-11-27T03:00", "open"],
    ["Mo-Fr 09:00-17:00", "2026-11-27T09:00", "open"],
    ["Mo-Fr 09:00-17:00", "2026-11-27T08:59", "closed"],
    ["Mo-Fr 09:00-17:00", "2026-11-27T17:00", "closed"],
    ["Mo-Fr 09:00-17:00", "2026-11-28T10:00", "closed"],
    ["Sa-Mo 09:00-17:00", "2026-11-29T10:00", "open"],
    ["Sa-Mo 09:00-17:00", "2026-11-27T10:00", "closed"],
    ["Mo,Th-Fr 09:00-17:00", "2026-11-27T10:00", "open"],
    ["Mo-Sa 09:00-12:00,14:00-18:00", "2026-11-27T13:00", "closed"],
    ["Fr", "2026-11-27T23:59", "open"],
    ["closed", "2026-11-27T10:00", "closed"],
    ["unknown", "2026-11-27T10:00", "unknown"],
    // Rules after rules.
    ["Mo-Su 09:00-17:00; Fr off", "2026-11-27T10:00", "closed"],
    ["Mo-Su 09:00-17:00; Fr 12:00-13:00", "2026-11-27T10:00", "closed"],
    ["Mo-Su 09:00-17:00, Fr 18:00-20:00", "2026-11-27T10:00", "open"],
    ["Mo-Su 09:00-17:00; 12:00-13:00 off", "2026-11-27T12:30", "closed"],
    ["Mo-Su 09:00-17:00; 12:00-13:00 off", "2026-11-27T13:30", "open"],
    ["Mo-Fr 09:00-12:00; 14:00-18:00", "2026-11-27T10:00", "open"],
    ['Mo-Fr 09:00-12:00 || "by appointment"', "2026-11-27T10:00", "open"],
    ['Mo-Fr 09:00-12:00 || "by appointment"', "2026-11-27T13:00", "unknown"],
    ["Mo-Fr 09:00-12:00 || off", "2026-11-27T10:00", "open"],
    ['Mo-Fr 09:00-12:00 "in summer"', "2026-11-27T10:00", "unknown"],
    ['Mo-Fr 09:00-12:00 open "ring the bell"', "2026-11-27T10:00", "open"],
    // Over midnight.
    ["Fr 22:00-04:00", "2026-11-28T03:59", "open"],
    ["Fr 22:00-04:00", "2026-11-27T03:59", "closed"],
    ["Fr 22:00-04:00", "2026-11-28T04:00", "closed"],
    ["Fr 22:00-26:00", "2026-11-28T01:00", "open"],
    ["Fr 22:00-04:00; Sa 10:00-12:00", "2026-11-28T03:00", "open"],
    ["Fr 22:00-04:00; Sa off", "2026-11-28T03:00", "open"],
    ["Mo-Su 22:00-04:00; Fr off", "2026-11-28T03:00", "closed"],
    ["Mo-Su 22:00-04:00; Fr off", "2026-11-27T03:00", "open"],
    ["24/7; Fr 22:00-04:00 off", "2026-11-28T03:00", "closed"],
    ["Fr 22:00-04:00; Sa 02:00-06:00 off", "2026-11-28T03:00", "closed"],
    ["Fr 00:00-00:00", "2026-11-27T12:00", "open"],
    // No closing time.
    ["17:00+", "2026-11-27T16:59", "closed"],
    ["17:00+", "2026-11-27T20:00", "unknown"],
    ["17:00+", "2026-11-28T02:59", "unknown"],
    ["17:00+", "2026-11-28T03:00", "closed"],
    ["10:00-16:00+", "2026-11-27T15:00", "open"],
    ["10:00-16:00+", "2026-11-27T16:00", "unknown"],
    ["10:00-16:00+", "2026-11-28T00:00", "closed"],
    ["22:00+", "2026-11-28T05:59", "unknown"],
    // Which in the month: 27 November is the fourth Friday and the last.
    ["Fr[4] 10:00-12:00", "2026-11-27T11:00", "open"],
    ["Fr[-1] 10:00-12:00", "2026-11-27T11:00", "open"],
    ["Fr[-1] 10:00-12:00", "2026-11-20T11:00", "closed"],
    ["Fr[1,3] 10:00-12:00", "2026-11-20T11:00", "open"],
    ["Fr[1-2] 10:00-12:00", "2026-11-20T11:00", "closed"],
    // Dates.
    ["Apr-Oct 09:00-17:00", "2026-10-31T10:00", "open"],
    ["Apr-Oct 09:00-17:00", "2026-11-01T10:00", "closed"],
    ["Nov-Mar: Fr 09:00-17:00", "2027-02-26T10:00", "open"],
    ["Dec 24-26 off; 09:00-17:00", "2026-12-27T10:00", "open"],
    ["09:00-17:00; Dec 24-26 off", "2026-12-25T10:00", "closed"],
    ["09:00-17:00; Dec 24-Jan 02 off", "2027-01-02T10:00", "closed"],
    ["09:00-17:00; Dec 24-Jan 02 off", "2027-01-03T10:00", "open"],
    ["09:00-17:00; Dec 24,26,Jan 1 off", "2026-12-26T10:00", "closed"],
    ["09:00-17:00; Dec 24,26,Jan 1 off", "2026-12-25T10:00", "open"],
    ["2026 Jan 01-2026 Jan 05", "2026-01-05T10:00", "open"],
    ["2026 Jan 01-2026 Jan 05", "2027-01-05T10:00", "closed"],
    ["2026 Dec 24-Jan 05", "2027-01-05T10:00", "open"],
    ["2026 Dec 24-Jan 05", "2026-01-05T10:00", "closed"],
    ["2025-2026 Nov", "2026-11-30T10:00", "open"],
    ["2027+ Fr", "2026-11-27T10:00", "closed"],
    ["Feb 29 off; Mar 1", "2027-03-01T10:00", "open"],
    ["09:00-17:00; easter off", "2026-04-05T10:00", "closed"],
    ["09:00-17:00; easter +39 days off", "2026-05-14T10:00", "closed"],
    // Weeks: Friday, 1 January 2027 is still in week 53.
    ["week 53 Fr", "2027-01-01T10:00", "open"],
    ["week 1 Mo", "2027-01-04T10:00", "open"],
    ["week 2-52/2 Fr", "2026-11-27T10:00", "open"],
    ["week 1-53/2 Fr", "2026-11-27T10:00", "closed"],
  ])("%s, %s: %s", (text, time, state) => {
    expect(stateIn(text, time)).toBe(state);
  });
});

describe("holidays", () => {
  it.each([
    // Public ones: the day is taken for one that is none.
    ["Mo-Fr 09:00-17:00; PH off", "open"],
    ["Mo-Fr 09:00-17:00; PH 11:00-12:00", "open"],
    ["Mo-Fr 09:00-17:00; PH unknown", "open"],
    ["Sa,PH 09:00-17:00", "closed"],
    ["PH Mo-Fr 09:00-17:00", "closed"],
    ["Mo-Su 20:00-04:00; PH 09:00-17:00", "closed"],
    // School ones: not known, unless it is the same.
    ["Mo-Fr 09:00-17:00; SH off", "unknown"],
    ["Mo-Fr 09:00-17:00; SH 08:00-18:00", "open"],
    ["SH Mo-Fr 09:00-17:00", "unknown"],
    ["SH Sa 09:00-17:00", "closed"],
    ["PH,SH 09:00-17:00", "unknown"],
    ["SH 22:00-11:00", "unknown"],
    ["Mo-Su 22:00-11:00; SH off", "unknown"],
    ["Fr 09:00-17:00; SH Sa off", "open"],
  ])("%s: %s", (text, state) => {
    expect(stateIn(text, "2026-11-27T10:00")).toBe(state);
  });
});

describe("in the zone of the place", () => {
  it.each([
    ["Fr 09:00-17:00", "2026-11-27T14:00", "America/New_York", "open"],
    ["Fr 09:00-17:00", "2026-11-27T13:59", "America/New_York", "closed"],
    ["Sa 00:00-01:00", "2026-11-27T10:30", "Pacific/Kiritimati", "open"],
    ["Fr 14:30-15:00", "2026-11-27T09:00", "Asia/Kolkata", "open"],
    // Clocks go back at 1:00 UTC on 25 October: it is 2:30 twice.
    ["Su 02:00-03:00", "2026-10-25T00:30", "Europe/Berlin", "open"],
    ["Su 02:00-03:00", "2026-10-25T01:30", "Europe/Berlin", "open"],
    ["Su 02:00-03:00", "2026-10-25T02:00", "Europe/Berlin", "closed"],
    // And forward on 29 March: there is no 2:30.
    ["Su 02:00-03:00", "2026-03-29T00:59", "Europe/Berlin", "closed"],
    ["Su 02:00-03:00", "2026-03-29T01:00", "Europe/Berlin", "closed"],
    ["Sa 22:00-04:00", "2026-03-29T01:59", "Europe/Berlin", "open"],
    ["Sa 22:00-04:00", "2026-03-29T02:00", "Europe/Berlin", "closed"],
    ["24/7", "2026-11-27T10:00", "Mars/Olympus", "unknown"],
  ])("%s, %s in %s: %s", (text, time, timeZone, state) => {
    expect(stateIn(text, time, timeZone)).toBe(state);
  });
});

describe("by the sun", () => {
  const ATHENS = { latitude: 37.98, longitude: 23.73 };
  const state = (text: string, time: string, point?: typeof ATHENS) =>
    isOpen(read(text), at(time), "Europe/Athens", point);

  // On 21 June the sun rises there at 6:03 and sets at 20:51; dusk is at 21:22.
  it.each([
    ["sunrise-sunset", "06:00", "closed"],
    ["sunrise-sunset", "06:06", "open"],
    ["sunrise-sunset", "20:48", "open"],
    ["sunrise-sunset", "20:54", "closed"],
    ["dawn-dusk", "05:40", "open"],
    ["dawn-dusk", "21:25", "closed"],
    ["(sunrise+01:00)-(sunset-02:00)", "06:30", "closed"],
    ["(sunrise+01:00)-(sunset-02:00)", "18:48", "open"],
    ["(sunrise+01:00)-(sunset-02:00)", "18:54", "closed"],
    ["sunset-sunrise", "03:00", "open"],
    ["sunset-02:00", "01:59", "open"],
    ["sunrise-06:01", "12:00", "closed"],
  ])("%s at %s: %s", (text, time, expected) => {
    expect(state(text, `2026-06-21T${time}+03:00`, ATHENS)).toBe(expected);
  });

  it("is not known without a point, and where the sun does not set", () => {
    expect(state("08:00-sunset", "2026-06-21T12:00+03:00")).toBe("unknown");
    expect(state("08:00-sunset", "2026-06-21T07:00+03:00")).toBe("closed");
    const tromso = { latitude: 69.65, longitude: 18.96 };
    expect(isOpen(read("08:00-sunset"), at("2026-06-21T12:00+02:00"), "Europe/Oslo", tromso)).toBe(
      "unknown",
    );
  });
});

/** "open until 2026-11-27T17:00; 09:00-17:00": minutes after midnight may be more than a day's. */
function openingIn(text: string, time: string, timeZone = "UTC"): string {
  const { state, untilMs, day } = openingAt(read(text), at(`${time}Z`), timeZone);
  const until =
    untilMs === undefined ? "" : ` until ${new Date(untilMs).toISOString().slice(0, 16)}`;
  const spans = day?.map(([from, to]) => `${from / 60}-${to / 60}`).join() ?? "?";
  return `${state}${until}; ${spans}`;
}

// 27 November 2026 is a Friday.
describe("until when, and the hours of the day", () => {
  it.each([
    ["24/7", "2026-11-27T03:00", "open; 0-24"],
    ["off", "2026-11-27T03:00", "closed; "],
    ["Mo-Fr 09:00-17:00", "2026-11-27T10:00", "open until 2026-11-27T17:00; 9-17"],
    ["Mo-Fr 09:00-17:00", "2026-11-27T17:00", "closed until 2026-11-30T09:00; 9-17"],
    ["Mo-Fr 09:00-17:00", "2026-11-28T17:00", "closed until 2026-11-30T09:00; "],
    [
      "Mo-Fr 09:00-12:00,14:00-18:00",
      "2026-11-27T12:30",
      "closed until 2026-11-27T14:00; 9-12,14-18",
    ],
    ["Mo-Fr 09:00-12:00,12:00-18:00", "2026-11-27T10:00", "open until 2026-11-27T18:00; 9-18"],
    [
      "Mo-Su 09:00-18:00; 12:00-13:00 off",
      "2026-11-27T10:00",
      "open until 2026-11-27T12:00; 9-12,13-18",
    ],
    ["Mo-Su 18:00-02:00", "2026-11-27T20:00", "open until 2026-11-28T02:00; 18-26"],
    ["Mo-Su 18:00-02:00", "2026-11-27T01:00", "open until 2026-11-27T02:00; 18-26"],
    ["Mo-Fr 00:00-24:00", "2026-11-27T01:00", "open until 2026-11-28T00:00; 0-24"],
    ["Fr 18:00-02:00; Sa 00:00-24:00", "2026-11-28T01:00", "open until 2026-11-29T00:00; 0-24"],
    ["Jan 09:00-17:00", "2026-11-27T01:00", "closed; "],
    ["18:00+", "2026-11-27T20:00", "unknown until 2026-11-28T04:00; ?"],
    ["SH 09:00-17:00", "2026-11-27T10:00", "unknown until 2026-11-27T17:00; ?"],
  ])("%s at %s: %s", (text, time, told) => {
    expect(openingIn(text, time)).toBe(told);
  });

  it.each([
    // Clocks go forward at 02:00 on 8 March 2026, and back at 02:00 on 1 November.
    ["00:00-24:00; Su 01:00-05:00", "2026-03-08T09:30", "open until 2026-03-08T05:00; 1-5"],
    ["Su 01:00-05:00", "2026-11-01T09:30", "open until 2026-11-01T05:00; 1-5"],
    ["Su 02:00-02:45", "2026-03-08T09:30", "closed until 2026-03-08T02:00; 2-2.75"],
  ])("when clocks are put forward or back: %s at %s: %s", (text, time, told) => {
    expect(openingIn(text, time, "America/Los_Angeles")).toBe(told);
  });

  it("agree with the state of every minute", () => {
    const texts = ["Mo-Fr 09:00-12:00,14:00-26:00; We off", "Sa,Su 22:00-30:00, Su 10:00-11:00"];
    for (const text of texts) {
      for (let minute = 0; minute < 7 * 24 * 60; minute += 97) {
        const ms = at("2026-11-23T00:00Z") + minute * 60_000;
        const { state, untilMs } = openingAt(read(text), ms, "UTC");
        expect(isOpen(read(text), untilMs! - 60_000, "UTC")).toBe(state);
        expect(isOpen(read(text), untilMs!, "UTC")).not.toBe(state);
      }
    }
  });
});
