import type { DeclaredAttributes, Note } from "./mapping/attributes.ts";
import type { Kinds } from "./mapping/category.ts";
import { guessMapping, type Mapping, type MappingChoices } from "./mapping/mapping.ts";
import { type Mapped, PlaceMapper } from "./mapping/place-row.ts";
import type { OpenedRows } from "./open-rows.ts";
import type { Mark, Row } from "./readers/row.ts";

/** A row of a file as a place, or why it is none. */
export type PlaceOfRow = Mapped & { readonly line: number; readonly next?: Mark };

/** A file that has been looked into. */
export interface OpenedPlaces {
  readonly format: string;
  readonly mapping: Mapping;
  /** The first rows as they would be stored. */
  readonly first: readonly PlaceOfRow[];
  /** All rows, once, with their attributes as the collection declares them. */
  places(attributes: DeclaredAttributes): AsyncIterable<PlaceOfRow>;
  /** The same for some rows that were read by other means. */
  placesOf(rows: AsyncIterable<Row>, attributes: DeclaredAttributes): AsyncIterable<PlaceOfRow>;
  /** To be called if the rows are not read. */
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
  const first = sample.slice(0, SHOWN_ROWS).map((row) => placeOf(row, shown));
  const mapperFor = (attributes: DeclaredAttributes) =>
    new PlaceMapper({ ...mapping, attributes }, kinds, onNote);
  return {
    ...{ format: format(), mapping, first },
    places: (attributes) => mapped(all(sample, source), mapperFor(attributes)),
    placesOf: (some, attributes) => mapped(some, mapperFor(attributes)),
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

async function* all(sample: readonly Row[], source: AsyncIterator<Row>): AsyncGenerator<Row> {
  try {
    yield* sample;
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
  } finally {
    await source.return?.();
  }
}

async function* mapped(rows: AsyncIterable<Row>, mapper: PlaceMapper): AsyncGenerator<PlaceOfRow> {
  for await (const row of rows) yield placeOf(row, mapper);
}

function placeOf(row: Row, mapper: PlaceMapper): PlaceOfRow {
  const { line, next } = row;
  return { ...mapper.map(row), line, ...(next && { next }) };
}
