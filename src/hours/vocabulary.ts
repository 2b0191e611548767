export type OpenState = "open" | "closed" | "unknown";
export type Holiday = "public" | "school";
export type SunEvent = "dawn" | "sunrise" | "sunset" | "dusk";

/** A word that opening hours are written with. */
export type Word =
  /** 0 is Sunday. */
  | { readonly kind: "weekday"; readonly weekday: number }
  /** 0 is January. */
  | { readonly kind: "month"; readonly month: number }
  | { readonly kind: "holiday"; readonly holiday: Holiday }
  | { readonly kind: "event"; readonly event: SunEvent }
  | { readonly kind: "state"; readonly state: OpenState }
  | Plain<"easter" | "week" | "day" | "-" | ",">;

/** A word that says no more than its kind. */
export type Plain<Kind extends string> = Kind extends string ? { readonly kind: Kind } : never;

/** English, as OpenStreetMap has it and in full; German where it is not the same. */
const WEEKDAYS = [
  "su sun sunday so sonntag",
  "mo mon monday montag",
  "tu tue tues tuesday di dienstag",
  "we wed weds wednesday mi mittwoch",
  "th thu thur thurs thursday do donnerstag",
  "fr fri friday freitag",
  "sa sat saturday samstag",
];
const MONTHS = [
  "jan january januar",
  "feb february februar",
  "mar march märz",
  "apr april",
  "may mai",
  "jun june juni",
  "jul july juli",
  "aug august",
  "sep sept september",
  "oct october okt oktober",
  "nov november",
  "dec december dez dezember",
];

/** All words, in lower case. */
export const WORDS: ReadonlyMap<string, Word> = new Map<string, Word>([
  ...entriesOf(WEEKDAYS, (weekday) => ({ kind: "weekday", weekday })),
  ...entriesOf(MONTHS, (month) => ({ kind: "month", month })),
  ["ph", { kind: "holiday", holiday: "public" }],
  ["sh", { kind: "holiday", holiday: "school" }],
  ...(["dawn", "sunrise", "sunset", "dusk"] as const).map((event): [string, Word] => [
    event,
    { kind: "event", event },
  ]),
  ["open", { kind: "state", state: "open" }],
  ["off", { kind: "state", state: "closed" }],
  ["closed", { kind: "state", state: "closed" }],
  ["unknown", { kind: "state", state: "unknown" }],
  ["easter", { kind: "easter" }],
  ["week", { kind: "week" }],
  ["day", { kind: "day" }],
  ["days", { kind: "day" }],
  ["to", { kind: "-" }],
  ["and", { kind: "," }],
]);

function entriesOf(lists: readonly string[], wordOf: (index: number) => Word): [string, Word][] {
  return lists.flatMap((list, index) =>
    list.split(" ").map((word): [string, Word] => [word, wordOf(index)]),
  );
}
