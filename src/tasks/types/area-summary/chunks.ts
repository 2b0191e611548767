import type { AttributeTest } from "../../../index/search/filter.ts";
import type { WalkMatch, WalkPosition } from "../../../index/walk.ts";
import type { AreaSummary } from "./result.ts";

/** The places are counted first, stretch by stretch; then all that was counted is summed up. */
export type Chunk = CountChunk | SumUpChunk;

/** What is counted, settled when the task was planned: all chunks count the same. */
export interface Sought {
  /** Undefined: every place. */
  readonly match?: WalkMatch | undefined;
  readonly tests: readonly AttributeTest[];
  /** The time at which places have to be there. */
  readonly nowMs: number;
  /** How the text was read, and what else is to be said, in our words. */
  readonly notes: readonly string[];
}

/**
 * A stretch of the curve through the area. Each leads on to the next: the database runs one statement at a time anyway, and
 * what is left of the cost goes along.
 */
export interface CountChunk {
  readonly step: "count";
  readonly sought: Sought;
  readonly from: WalkPosition;
  /** The file with what the chunk before has counted. */
  readonly before?: string | undefined;
  /** How many thousandths are done before it. */
  readonly done: number;
  /** What the rest of the counting may cost. */
  readonly costLeft: number;
}

export interface SumUpChunk {
  readonly step: "sum up";
  readonly sought: Sought;
  /** The file with what the last chunk has counted. */
  readonly counted: string;
}

export interface Part {
  readonly summary: AreaSummary;
  /** The file with all cells. */
  readonly cells: string;
}
