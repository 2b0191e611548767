import type { Point } from "../../geo/point.ts";
import type { SourcePosition } from "../bytes/encoding.ts";

/** What a file says of one thing, by column or property name. Values are as the format has them. */
export type Fields = Record<string, unknown>;

/** One row of a file: a line, a feature, an element. */
export interface Row {
  /** From 1: the line of a text file on which the row begins, or the number of the row in a binary file. */
  readonly line: number;
  readonly fields: Fields;
  /** Of the row's geometry, where the format has one (representativePoint). */
  readonly point?: Point;
  /** Why this is no row, to be read after "row 7": "is no valid JSON". */
  readonly problem?: string;
  /** Where the next row begins; missing in binary formats, and after a line of a table that is too long. */
  readonly next?: Checkpoint;
}

/** A position between two rows of a text, from which a reader can go on. */
export interface Checkpoint {
  /** How many bytes come before it, of the text as UTF-8 and unpacked. */
  readonly at: number;
  /** The number of the line that begins there, from 1. */
  readonly line: number;
  /** In a JSON document: the array that the position is in, and how deep its elements are. */
  readonly array?: { readonly key: string; readonly depth: number };
  /** Not far before it, where the file can be read from; missing: from its beginning. */
  readonly source?: SourcePosition;
}

export const BEGINNING: Checkpoint = { at: 0, line: 1 };

/** The most that one row may have, and so the most that a reader holds of a row that never ends. */
export const MOST_ROW_BYTES = 4 * 1024 * 1024;

export const TOO_LONG = `longer than ${MOST_ROW_BYTES / 1024 / 1024} MiB`;

export function faultyRow(line: number, problem: string): Row {
  return { line, fields: {}, problem };
}

/** Fields that inherit nothing: a column may be called `__proto__`. */
export function emptyFields(): Fields {
  return Object.create(null);
}
