/** What tools' results hold, as far as it is shown; test/view/answer.test.ts compares it with what the tools promise. */

export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

export type Unit = "km" | "mi" | "m" | "ft";

export interface Opening {
  readonly state: "open" | "closed" | "unknown";
  /** "open until 22:00", by the clocks of the place. */
  readonly summary: string;
  /** The hours of that day. */
  readonly day?: string | undefined;
}

/** A place of an answer. Its texts are data: they may say anything. */
export interface Place extends Point {
  /** For get_place. */
  readonly id: string;
  readonly name: string;
  /** `aeroway/aerodrome/large` */
  readonly category?: string | undefined;
  readonly country?: string | undefined;
  readonly region?: string | undefined;
  readonly population?: number | undefined;
  readonly address?: string | undefined;
  readonly phone?: string | undefined;
  readonly website?: string | undefined;
  readonly opening?: Opening | undefined;
  /** Its name by which the query found it, if that is not the one shown. */
  readonly matched_name?: string | undefined;
  readonly distance_km: number;
  /** Not of a place that is right here. */
  readonly bearing?: { readonly degrees: number; readonly compass: string } | undefined;
}

/** What get_place tells. */
export interface FullPlace extends Omit<Place, "distance_km" | "bearing" | "matched_name"> {
  readonly other_names?: readonly string[] | undefined;
  readonly city?: string | undefined;
  readonly timezone?: string | undefined;
  readonly attributes?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** How much more there is than could be told. */
  readonly left_out?: string | undefined;
  readonly attribution?: string | undefined;
  readonly license?: string | undefined;
  /** The date of the data. */
  readonly as_of?: string | undefined;
  readonly record_missing?: true | undefined;
}

/** The point of a question, and how it is known. */
export interface Location extends Point {
  readonly label: string;
  readonly source: "arguments" | "near" | "remembered" | "host" | "network" | "default" | "asked";
  /** How the name of a place was read. */
  readonly matched?: "exact" | "spelling" | "part" | undefined;
  /** How far off it may be. */
  readonly accuracy_meters: number;
  /** What to know before relying on it. */
  readonly note?: string | undefined;
}

/** What get_nearby_data answers. */
export interface Answer {
  readonly location: Location;
  readonly query: string;
  /** `of the category "airport" in the collection "shops" that pass the filter` */
  readonly narrowed_by?: string | undefined;
  readonly radius: number;
  readonly unit: Unit;
  readonly radius_km: number;
  readonly results: readonly Place[];
  /** The number of the first result, on further pages. */
  readonly first?: number | undefined;
  /** All that match, if that is known. */
  readonly total_within?: number | undefined;
  /** The nearest exact match, if none is within the radius. */
  readonly nearest_beyond?: Place | undefined;
  /** Matches farther away are not known. */
  readonly searched_km?: number | undefined;
  /** Where only what is open was asked for. */
  readonly hours?:
    | {
        readonly looked_at: number;
        readonly unknown: number;
        readonly unknown_for_example?: readonly string[] | undefined;
      }
    | undefined;
  readonly next_cursor?: string | undefined;
  /** How the query was read. */
  readonly relaxed?: string | undefined;
  /** To tell distances in. */
  readonly distance_unit: Unit;
  readonly warnings: readonly string[];
  /** Credits to show. */
  readonly attribution: readonly string[];
}

/** What set_location answers. */
export interface Remembered {
  /** The handle to pass with later calls, where nothing else tells whose location it is. */
  readonly session?: string | undefined;
  /** After so long without use it is forgotten. */
  readonly expires_in_seconds: number;
}

export interface ToolResult {
  readonly isError?: boolean | undefined;
  readonly structuredContent?: unknown;
  readonly content?: readonly { readonly type: string; readonly text?: string }[] | undefined;
}

/** The answer of get_nearby_data; undefined where the tool failed, or a host has left out all but the words. */
export function answerOf({ isError, structuredContent }: ToolResult): Answer | undefined {
  const answer = structuredContent as Partial<Answer> | null | undefined;
  const { latitude, longitude } = answer?.location ?? {};
  const isWhole =
    !isError &&
    Number.isFinite(latitude) &&
    Number.isFinite(longitude) &&
    Array.isArray(answer?.results) &&
    Array.isArray(answer.warnings) &&
    Array.isArray(answer.attribution);
  return isWhole ? (answer as Answer) : undefined;
}

/** What get_place tells; undefined where the tool failed, or a host has left out all but the words. */
export function fullPlaceOf({ isError, structuredContent }: ToolResult): FullPlace | undefined {
  const { place } = (structuredContent ?? {}) as { place?: FullPlace };
  return isError || typeof place?.id !== "string" ? undefined : place;
}

/** What set_location answers; undefined where the tool failed, or a host has left out all but the words. */
export function rememberedOf({ isError, structuredContent }: ToolResult): Remembered | undefined {
  const remembered = structuredContent as Partial<Remembered> | null | undefined;
  const isWhole = !isError && typeof remembered?.expires_in_seconds === "number";
  return isWhole ? (remembered as Remembered) : undefined;
}

/** The words of a result, which are for the model. */
export function textOf({ content = [] }: ToolResult): string {
  return content.flatMap(({ type, text }) => (type === "text" && text ? [text] : [])).join("\n");
}

/** The number of a place of an answer, in the list and on the map alike. */
export function numberOf({ first = 1 }: Answer, index: number): number {
  return first + index;
}
