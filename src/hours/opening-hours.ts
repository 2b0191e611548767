import type { Holiday, OpenState, SunEvent } from "./vocabulary.ts";

/**
 * When a place is open, as a text in OpenStreetMap's `opening_hours` language says it: rules in their
 * order. `parseOpeningHours` reads the text, `openingAt` answers for an instant.
 */
export interface OpeningHours {
  readonly rules: readonly Rule[];
}

export interface Rule {
  /**
   * `override` (";"): on its days it replaces the rules before it. `addition` (","): it adds to them.
   * `fallback` ("||"): it says what holds where they leave the place closed.
   */
  readonly joiner: "override" | "addition" | "fallback";
  /** The days it is for: those that one selector of every list is for. No list: every day. */
  readonly days: readonly (readonly DaySelector[])[];
  /** None: the whole day. */
  readonly times: readonly TimeSpan[];
  readonly state: OpenState;
}

export type DaySelector =
  /** Weekdays from 0, Sunday; `ordinals` are for "the second in the month", negative from its end. */
  | {
      readonly kind: "weekdays";
      readonly from: number;
      readonly to: number;
      readonly ordinals?: readonly OrdinalRange[];
    }
  | { readonly kind: "holiday"; readonly holiday: Holiday }
  | {
      readonly kind: "dates";
      readonly from: DateEdge;
      readonly to: DateEdge;
      /** Written with a day of the month, so that another number can be one too: "Dec 24,26". */
      readonly namesDay: boolean;
    }
  | { readonly kind: "weeks"; readonly from: number; readonly to: number; readonly step: number }
  | { readonly kind: "years"; readonly from: number; readonly to: number; readonly step: number };

export interface OrdinalRange {
  readonly from: number;
  readonly to: number;
}

/** A date of the named year, or of every year. */
export type DateEdge =
  | {
      readonly kind: "date";
      readonly year: number | undefined;
      readonly month: number;
      readonly day: number;
    }
  | { readonly kind: "easter"; readonly year: number | undefined; readonly offsetDays: number };

export interface TimeSpan {
  readonly from: Moment;
  /** Undefined: no closing time is given. Up to 48 hours, for times after midnight. */
  readonly to: Moment | undefined;
  /** Closes some time after `to`, or after `from` if there is no `to`. */
  readonly openEnd: boolean;
}

/** A time of the day, in minutes after midnight on the clock, or an event of the sun with an offset. */
export type Moment =
  | { readonly kind: "clock"; readonly minutes: number }
  | { readonly kind: "sun"; readonly event: SunEvent; readonly offsetMinutes: number };
