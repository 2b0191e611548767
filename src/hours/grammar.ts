/**
 * What opening hours are made of: OpenStreetMap's `opening_hours` language as data. `parseOpeningHours`
 * makes it of a text, `isOpen` asks it. Source: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
 */
export interface OpeningHours {
  /** In the order of the text. */
  readonly rules: readonly Rule[];
}

export interface Rule {
  /**
   * `normal` (";"): the rule replaces the rules before it on its days. `additional` (","): it adds to them.
   * `fallback` ("||"): it holds where they leave the place closed.
   */
  readonly separator: "normal" | "additional" | "fallback";
  /** A day has to match one selector of every list. No list: every day. */
  readonly days: readonly (readonly DaySelector[])[];
  /** None: the whole day. */
  readonly times: readonly TimeSpan[];
  readonly state: OpenState;
}

export type OpenState = "open" | "closed" | "unknown";

export type DaySelector =
  /** Weekdays count from 0, Sunday. */
  | {
      readonly type: "weekdays";
      readonly from: number;
      readonly to: number;
      /** "The second in the month"; negative ones count from its end. */
      readonly ordinals?: readonly OrdinalRange[];
    }
  | { readonly type: "holiday"; readonly holiday: Holiday }
  | { readonly type: "dates"; readonly from: DateEdge; readonly to: DateEdge }
  /** Weeks of ISO 8601. */
  | { readonly type: "weeks"; readonly from: number; readonly to: number; readonly step: number }
  | { readonly type: "years"; readonly from: number; readonly to: number; readonly step: number };

export interface OrdinalRange {
  readonly from: number;
  readonly to: number;
}

export type Holiday = "public" | "school";

/** The first or the last date of a range, in the named year or in every year. */
export type DateEdge =
  | {
      readonly type: "date";
      readonly year: number | undefined;
      /** 0 is January. */
      readonly month: number;
      /** Undefined: the month's first day if the range begins with it, its last day if the range ends. */
      readonly day: number | undefined;
    }
  | { readonly type: "easter"; readonly year: number | undefined; readonly offsetDays: number };

export interface TimeSpan {
  readonly from: TimeOfDay;
  /** Up to 48 hours, for times after midnight. Undefined: no closing time is given. */
  readonly to: TimeOfDay | undefined;
  /** The place closes at an unknown time after `to`, or after `from` if there is no `to`. */
  readonly openEnd: boolean;
}

export type TimeOfDay =
  /** Minutes after midnight by the clock. */
  | { readonly type: "clock"; readonly minutes: number }
  | { readonly type: "sun"; readonly event: SunEvent; readonly offsetMinutes: number };

/** Dawn and dusk are the civil ones. */
export type SunEvent = "dawn" | "sunrise" | "sunset" | "dusk";
