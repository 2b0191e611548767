import type { Answer, Location } from "../answer.ts";
import { formatDistance } from "./distance.ts";
import type { Chosen } from "./heading.ts";

/** How the point of an answer is known, for the person whom it is about. */
export interface Provenance {
  readonly text: string;
  /** "give or take 5 km"; "" where it is known to some metres. */
  readonly exactness: string;
  /** Whether it may well be somewhere else. */
  readonly isDoubtful: boolean;
}

const SOURCES: Readonly<Record<Location["source"], string>> = {
  arguments: "The coordinates that were asked for",
  near: "The place that was named",
  remembered: "The place that is remembered for you",
  host: "Where this app says you are",
  network: "Only a guess from your network address",
  default: "This server’s usual place, not where you are",
  asked: "The place that you answered with",
};
const CHOSEN: Readonly<Record<Chosen, string>> = {
  device: "Where your device says you are",
  area: "The part of the map that you looked at",
};
const DOUBTFUL: ReadonlySet<Location["source"]> = new Set(["network", "default"]);

const LEAST_TOLD_METERS = 50;

export function provenanceOf(
  { location, distance_unit: unit }: Answer,
  chosen?: Chosen,
): Provenance {
  const { source, matched = "exact", accuracy_meters: meters } = location;
  const isTold = meters >= LEAST_TOLD_METERS && chosen !== "area";
  const isMisread = matched !== "exact";
  return {
    text: chosen
      ? CHOSEN[chosen]
      : isMisread
        ? `${SOURCES[source]}, as far as it is known`
        : SOURCES[source],
    exactness: isTold ? `give or take ${formatDistance(meters, { unit, roughly: false })}` : "",
    isDoubtful: chosen === undefined && (DOUBTFUL.has(source) || isMisread),
  };
}
