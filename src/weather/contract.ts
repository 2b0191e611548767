import type { WeatherProviderName } from "../config/weather.ts";
import type { Point } from "../geo/point.ts";
import type { LabelsOf } from "../observe/vocabulary.ts";

// Units of the whole folder: °C, km/h, mm, per cent, degrees clockwise from north. Instants are in ms since 1970. Weather is
// told by the codes of `words.ts`.

/** How it is at an instant. */
export interface Conditions {
  readonly atMs: number;
  readonly temperature: number;
  readonly feelsLike: number;
  readonly humidity: number;
  readonly wind: number;
  /** Where the wind comes from. */
  readonly windFrom: number;
  readonly code: number;
}

/** A time, of an hour or a few, that a forecast tells of. */
export interface Step {
  readonly fromMs: number;
  readonly toMs: number;
  readonly lowest: number;
  readonly highest: number;
  /** All that falls meanwhile. */
  readonly precipitation: number;
  readonly wind: number;
  readonly code: number;
}

/** What a provider tells of a point: the same of all, and nothing of it depends on a time zone or on units. */
export interface Report {
  /** Ascending: the last one that is not to come is how it is now. */
  readonly conditions: readonly Conditions[];
  /** Ascending, without gaps that matter, from now or earlier for seven days at least, where the provider knows as much. */
  readonly steps: readonly Step[];
}

/** A report with what the provider says of how long it holds. */
export interface Fetched {
  readonly report: Report;
  readonly freshUntilMs: number;
  /** What to ask by whether there is a newer one; undefined where the provider has no such thing. */
  readonly lastModified: string | undefined;
  /** Whether the provider says that this way of asking will end. */
  readonly isDeprecated?: boolean;
}

/** How often a provider may be asked. */
export interface Limit {
  readonly most: number;
  readonly windowMs: number;
}

/** Somebody who knows the weather. */
export interface Provider {
  readonly name: WeatherProviderName;
  /** No more than all of these allow. */
  readonly limits: readonly Limit[];
  /** Whether it can be asked: not before the operator has set all that it needs. */
  readonly isSetUp: boolean;
  /**
   * Asks once.
   *
   * @param point rounded: nobody outside is told more
   * @param lastModified of the report that is known
   * @returns until when the known report is fresh, where there is no newer one
   * @throws UpstreamDown, UpstreamRefused, ChangedShape
   */
  ask(
    point: Point,
    lastModified: string | undefined,
  ): Promise<Fetched | Pick<Fetched, "freshUntilMs">>;
}

/** A provider has answered otherwise than it documents. */
export class ChangedShape extends Error {
  override readonly name = "ChangedShape";
}

/** How a request to a provider has ended. */
export type Outcome = LabelsOf<"hereabouts_weather_requests_total">["outcome"];
