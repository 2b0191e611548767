import type { DeclaredAttributes, Note } from "./attributes.ts";
import type { Kinds } from "./category.ts";
import { guessMapping, type Mapping, type MappingChoices } from "./mapping.ts";
import type { OpenedRows } from "./open-rows.ts";
import { type Mapped, PlaceMapper } from "./place-row.ts";
import type { Row } from "./row.ts";

/** A row of a file as a place, or why it is none. */
export type PlaceOfRow = Mapped & { readonly line: number };

/** A file that has been looked into. */
export interface OpenedPlaces {
  readonly format: string;
  readonly mapping: Mapping;
  /** The first rows as they would be stored. */
  readonly first: readonly PlaceOfRow[];
  /** All rows, or those behind the first ones, once, with their attributes as the collection declares them. */
  places(attributes: DeclaredAttributes, skip?: number): AsyncIterable<PlaceOfRow>;
  /** To be called if not all of the rows are read. */
  close(): Promise<void>;
}

/** The mapping is guessed from so many rows, and no more fields than this. */
const SAMPLE_ROWS = 1_000;
const SAMPLE_FIELDS = 200_000;
const SHOWN_ROWS = 3;

/** Looks into a file of places. Throws a CallerError where it cannot be known how its rows are places. */
export async function openPlaces(
  { format, rows, columns }: OpenedRows,
  choices: MappingChoices,
  kinds: Kinds,
  onNote: Note,
): Promise<OpenedPlaces> {
  const source = rows[Symbol.asyncIterator]();
  const sample = await take(source);
  const mapping = guessMapping(sample, choices, columns);
  const shown = new PlaceMapper(mapping, kinds);
  const first = sample.slice(0, SHOWN_ROWS).map((row) => ({ ...shown.map(row), line: row.line }));
  return {
    ...{ format: format(), mapping, first },
    places: (attributes, skip = 0) =>
      placesOf(sample, source, new PlaceMapper({ ...mapping, attributes }, kinds, onNote), skip),
    close: async () => void (await source.return?.()),
  };
}

async function take(source: AsyncIterator<Row>): Promise<Row[]> {
  const sample: Row[] = [];
  for (let fields = 0; sample.length < SAMPLE_ROWS && fields < SAMPLE_FIELDS; ) {
    const next = await source.next();
    if (next.done) break;
    sample.push(next.value);
    fields += Object.keys(next.value.fields).length;
  }
  return sample;
}

async function* placesOf(
  sample: readonly Row[],
  source: AsyncIterator<Row>,
  mapper: PlaceMapper,
  skip: number,
): AsyncGenerator<PlaceOfRow> {
  try {
    for (const row of sample.slice(skip)) yield { ...mapper.map(row), line: row.line };
    let toSkip = Math.max(0, skip - sample.length);
    for (let next = await source.next(); !next.done; next = await source.next()) {
      if (toSkip > 0) toSkip -= 1;
      else yield { ...mapper.map(next.value), line: next.value.line };
    }
  } finally {
    await source.return?.();
  }
}
