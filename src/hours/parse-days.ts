import type { DaySelector, OrdinalRange } from "./opening-hours.ts";
import { readDates } from "./parse-dates.ts";
import {
  FIRST_YEAR,
  isYear,
  LAST_YEAR,
  notUnderstood,
  numberWithin,
  type TokenReader,
} from "./token-reader.ts";

type Group = "dates" | "weeks" | "years" | "days";

const LAST_WEEK = 53;

/** Reads what says which days a rule is for, list by list. */
export class DayReader {
  readonly #reader: TokenReader;
  readonly #lists: { readonly group: Group; readonly selectors: DaySelector[] }[] = [];

  constructor(reader: TokenReader) {
    this.#reader = reader;
  }

  get lists(): DaySelector[][] {
    return this.#lists.map(({ selectors }) => selectors);
  }

  get empty(): boolean {
    return this.#lists.length === 0;
  }

  /** Whether a list of days begins here. */
  atSelector(): boolean {
    return this.#groupAt(0) !== undefined;
  }

  /** Reads one list: "Mo-Fr,PH", "Apr-Jun,Sep", "week 1-26", "2026-2027". */
  read(): void {
    const group = this.#groupAt(0) ?? notUnderstood();
    const selectors = this.#readList(group);
    const before = this.#lists.find((list) => list.group === group);
    // "SH Mo-Fr": the weekdays in the holidays; but "Mo We Fr" is a list without its commas.
    if (!before || (group === "days" && before.selectors.every(isHoliday))) {
      this.#lists.push({ group, selectors });
    } else if (group === "days" && !selectors.every(isHoliday)) before.selectors.push(...selectors);
    else notUnderstood();
  }

  #readList(group: Group): DaySelector[] {
    if (group === "weeks") this.#reader.need("week");
    const selectors = [this.#readSelector(group)];
    while (this.#reader.sees(",") && this.#continues(group, selectors.at(-1)!)) {
      this.#reader.take(",");
      selectors.push(this.#readSelector(group, selectors.at(-1)));
    }
    return selectors;
  }

  #groupAt(ahead: number): Group | undefined {
    const token = this.#reader.peek(ahead);
    const next = this.#reader.peek(ahead + 1)?.kind;
    switch (token?.kind) {
      case "weekday":
      case "holiday":
        return "days";
      case "month":
      case "easter":
        return "dates";
      case "week":
        return "weeks";
      case "number":
        if (isYear(token.value)) return next === "month" || next === "easter" ? "dates" : "years";
        return next === "month" ? "dates" : undefined;
      default:
        return undefined;
    }
  }

  /** Whether what follows the comma belongs to the list: also "24,26" of "Dec 24,26". */
  #continues(group: Group, last: DaySelector): boolean {
    if (this.#groupAt(1) === group) return group !== "weeks";
    if (this.#reader.peek(1)?.kind !== "number") return false;
    return group === "weeks" || (last.kind === "dates" && last.namesDay);
  }

  #readSelector(group: Group, before?: DaySelector): DaySelector {
    switch (group) {
      case "days":
        return this.#readDay();
      case "dates":
        return readDates(this.#reader, before?.kind === "dates" ? before.to : undefined);
      case "weeks":
        return { kind: "weeks", ...this.#readRange(1, LAST_WEEK) };
      case "years": {
        const range = this.#readRange(FIRST_YEAR, LAST_YEAR);
        const open = range.from === range.to && this.#reader.take("+");
        return { kind: "years", ...range, ...(open && { to: LAST_YEAR }) };
      }
    }
  }

  #readDay(): DaySelector {
    const holiday = this.#reader.take("holiday")?.holiday;
    if (holiday) return { kind: "holiday", holiday };
    const from = this.#reader.need("weekday").weekday;
    const to = this.#reader.take("-") ? this.#reader.need("weekday").weekday : from;
    if (!this.#reader.take("[")) return { kind: "weekdays", from, to };
    if (from !== to) notUnderstood();
    const ordinals = [this.#readOrdinals()];
    while (this.#reader.take(",")) ordinals.push(this.#readOrdinals());
    this.#reader.need("]");
    return { kind: "weekdays", from, to, ordinals };
  }

  #readOrdinals(): OrdinalRange {
    if (this.#reader.take("-")) {
      const ordinal = -this.#readNumber(1, 5);
      return { from: ordinal, to: ordinal };
    }
    const from = this.#readNumber(1, 5);
    return { from, to: this.#reader.take("-") ? this.#readNumber(from, 5) : from };
  }

  /** A range of numbers with a step: `1`, `1-26`, `2-52/2`. */
  #readRange(least: number, most: number): { from: number; to: number; step: number } {
    const from = this.#readNumber(least, most);
    const to = this.#reader.take("-") ? this.#readNumber(from, most) : from;
    const step = this.#reader.take("/") ? this.#readNumber(1, most) : 1;
    return { from, to, step };
  }

  #readNumber(least: number, most: number): number {
    return numberWithin(this.#reader, least, most);
  }
}

const isHoliday = ({ kind }: DaySelector): boolean => kind === "holiday";
