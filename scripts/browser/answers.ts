import type { ToolResult } from "./host/program.ts";
import type { Call } from "./host/strict-host.ts";

/** Something with places near each other and apart, around a point that is known to some metres. */
export const STATIONS = {
  query: "station",
  radius: 5,
  latitude: 52.5219,
  longitude: 13.4132,
  limit: 8,
};
/** The same of a place by its name, which is not that exact. */
export const NAMED = { query: "station", radius: 5, near: "Berlin", limit: 8 };

/** What get_nearby_data answers, as far as checks change it. */
export interface Answer {
  readonly location: Readonly<Record<string, unknown>>;
  readonly results: readonly Place[];
  readonly attribution: readonly string[];
}

export interface Place {
  readonly id: string;
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly distance_km: number;
}

/** Asks the server, and changes its answers about places nearby. */
export function changed(change: (answer: Answer) => object) {
  return async ({ name }: Call, ask: () => Promise<ToolResult>): Promise<ToolResult> => {
    const result = await ask();
    if (name !== "get_nearby_data" || result.isError) return result;
    const answer = result.structuredContent as unknown as Answer;
    return { ...result, structuredContent: { ...answer, ...change(answer) } };
  };
}

/** The same with each place changed. */
export function eachPlace(change: (place: Place, at: number) => object) {
  return changed(({ results }) => ({
    results: results.map((place, at) => ({ ...place, ...change(place, at) })),
  }));
}

/** What the model reads. */
export function wordsOf({ content }: ToolResult): string {
  return content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
}
