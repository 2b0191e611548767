import type { PointMapping } from "../../../formats/map-points.ts";
import type { Checkpoint } from "../../../formats/readers/row.ts";
import type { WalkMatch, WalkPosition } from "../../../index/walk.ts";
import type { Matching } from "../../../nearby/matching.ts";
import type { Reach } from "./reach.ts";

/** The points are read first, file by file; then the matches within their reach; then each file of points is joined with them. */
export type Chunk = PointsChunk | MatchesChunk | NearestChunk;

/** What was settled when the task was planned. */
export interface Settled {
  readonly matching: Matching;
  /** How the text was read, and what else is to be said, in our words. */
  readonly notes: readonly string[];
  readonly radiusMeters: number;
  /** The time at which places have to be there. */
  readonly nowMs: number;
}

/** A point whose nearest matches are wanted. */
export interface AskedPoint {
  /** Which one of those that were given: 1 is the first. */
  readonly number: number;
  readonly latitude: number;
  readonly longitude: number;
  /** What whoever asks calls it. */
  readonly id?: string | undefined;
}

/** Where the points come from. */
export type Source =
  | { readonly by: "points" }
  | { readonly by: "collection"; readonly match: WalkMatch }
  | {
      readonly by: "input";
      readonly key: string;
      readonly version: string;
      readonly mapping: PointMapping;
    };

/** How far the points were read. */
export interface PointsRead {
  /** The files of points. */
  readonly files: readonly string[];
  readonly points: number;
  /** How many things were looked at, points or not. */
  readonly items: number;
  readonly skipped: readonly Skipped[];
  readonly reach: Reach;
  /** Where to go on in the source; undefined: at its beginning. */
  readonly at?: WalkPosition | Checkpoint | undefined;
}

/** A row of a file that is no point. */
export interface Skipped {
  readonly line: number;
  readonly reason: string;
}

export interface PointsChunk {
  readonly step: "points";
  readonly settled: Settled;
  readonly source: Source;
  readonly read: PointsRead;
}

export interface MatchesChunk {
  readonly step: "matches";
  readonly settled: Settled;
  readonly reach: Reach;
  /** The files of points. */
  readonly files: readonly string[];
  /** Which of the sets of matches is read. */
  readonly set: number;
  readonly position: WalkPosition;
  /** The blocks that were written. */
  readonly blocks: readonly Block[];
}

/** Some matches that lie about side by side, in two files. */
export interface Block {
  readonly set: number;
  readonly sites: string;
  readonly texts: string;
  /** What box they lie in: the least and the most x, y, z, earth-centred, in whole metres. */
  readonly box: readonly number[];
}

export interface NearestChunk {
  readonly step: "nearest";
  /** The file of points. */
  readonly file: string;
  /** The file that tells of all blocks. */
  readonly blocks: string;
  readonly radiusMeters: number;
}

export type Part = PointsPart | NearestPart;

export interface PointsPart {
  readonly step: "points";
  readonly points: number;
  readonly skipped: readonly Skipped[];
  readonly skippedRows: number;
  readonly notes: readonly string[];
}

export interface NearestPart {
  readonly step: "nearest";
  readonly files: { readonly ndjson: string; readonly csv: string; readonly distances: string };
  readonly rows: number;
  /** How many points have no match within the radius. */
  readonly without: number;
  /** The points that are farthest from their nearest match, farthest first. */
  readonly worst: readonly Worst[];
}

/** A point that is far from its nearest match. */
export interface Worst {
  readonly point: number;
  readonly point_id?: string | undefined;
  readonly latitude: number;
  readonly longitude: number;
  readonly distance_m: number;
  readonly place_id: string;
  readonly name: string;
}

export const MOST_WORST = 10;
