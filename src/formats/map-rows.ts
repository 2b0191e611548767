import { prepend } from "./bytes/byte-stream.ts";
import type { DeclaredAttributes, Note } from "./mapping/attributes.ts";
import type { CategoryMatcher } from "./mapping/category-matcher.ts";
import { guessMapping, type Mapping, type MappingOptions } from "./mapping/mapping.ts";
import { type Mapped, PlaceMapper } from "./mapping/place-row.ts";
import type { OpenedRows } from "./open-rows.ts";
import type { Row } from "./readers/row.ts";

/** A row of a file as a place, or why it is none. */
export type MappedRow = Mapped &
  Pick<Row, "line" | "next"> & {
    /** What the file says of it; left out where the record itself is the source. */
    readonly said?: Said;
  };

export type Said = Pick<Row, "fields" | "point">;

/** The rows of a file, with the mapping that makes places of them. */
export interface MappedRows {
  readonly format: string;
  readonly mapping: Mapping;
  /** The sample as it would be stored. */
  readonly sample: readonly MappedRow[];
  /** All rows, once, with their attributes as the collection declares them. */
  places(attributes: DeclaredAttributes): AsyncIterable<MappedRow>;
  /** To be called if the rows are not read. */
  close(): Promise<void>;
}

/** The mapping is guessed from a sample of no more rows, and no more fields. */
const SAMPLE_ROWS = 1_000;
const SAMPLE_FIELDS = 200_000;

/**
 * Guesses from a sample how rows become places. `onNote` is called while they are read.
 *
 * @throws CallerError where a place's name or point cannot be known
 */
export async function mapRows(
  { format, rows, columns }: OpenedRows,
  options: MappingOptions,
  matcher: CategoryMatcher,
  onNote: Note,
): Promise<MappedRows> {
  const source = rows[Symbol.asyncIterator]();
  const sample = await takeSample(source);
  const mapping = guessMapping(sample, options, columns);
  const silentMapper = new PlaceMapper(mapping, matcher);
  return {
    format: format(),
    mapping,
    sample: sample.map((row) => mapRow(row, silentMapper)),
    places: (attributes) => {
      const mapper = new PlaceMapper({ ...mapping, attributes }, matcher, onNote);
      return mapEach(prepend(sample, source), mapper);
    },
    close: async () => void (await source.return?.()),
  };
}

/** The first rows: as many as a mapping is guessed from. */
export async function takeSample(source: AsyncIterator<Row>): Promise<Row[]> {
  const sample: Row[] = [];
  for (let fields = 0; sample.length < SAMPLE_ROWS && fields < SAMPLE_FIELDS; ) {
    const next = await source.next();
    if (next.done) break;
    sample.push(next.value);
    fields += Object.keys(next.value.fields).length;
  }
  return sample;
}

export async function* mapEach(
  rows: AsyncIterable<Row>,
  mapper: PlaceMapper,
): AsyncGenerator<MappedRow> {
  for await (const row of rows) yield mapRow(row, mapper);
}

function mapRow(row: Row, mapper: PlaceMapper): MappedRow {
  const { line, next, fields, point } = row;
  const said = { fields, ...(point && { point }) };
  return { ...mapper.map(row), line, said, ...(next && { next }) };
}
