import type { DeclaredAttributes, Note } from "../../src/formats/attributes.ts";
import type { Kinds } from "../../src/formats/category.ts";
import { guessMapping, type Mapping, type MappingChoices } from "../../src/formats/mapping.ts";
import { type Mapped, PlaceMapper } from "../../src/formats/place-row.ts";
import type { Row } from "../../src/formats/row.ts";
import { openFile } from "./open-file.ts";

/** A row of a file as a place, or why it is none. */
export type PlaceOfRow = Mapped & { readonly line: number };

/** A file that has been looked into. */
export interface OpenedPlaces {
  readonly path: string;
  readonly format: string;
  readonly mapping: Mapping;
  /** The first rows as they would be stored. */
  readonly first: readonly PlaceOfRow[];
  /** All rows, once, with their attributes as the collection declares them. */
  places(attributes: DeclaredAttributes): AsyncIterable<PlaceOfRow>;
}

/** The mapping is guessed from so many rows, and no more fields than this. */
const SAMPLE_ROWS = 1_000;
const SAMPLE_FIELDS = 200_000;
const SHOWN_ROWS = 3;

export interface Listeners {
  readonly onBytes: (read: number) => void;
  readonly onNote: Note;
}

export async function openPlaces(
  path: string,
  choices: MappingChoices,
  kinds: Kinds,
  { onBytes, onNote }: Listeners,
): Promise<OpenedPlaces> {
  const { format, rows, columns } = await openFile(path, onBytes);
  const source = rows[Symbol.asyncIterator]();
  const sample = await take(source);
  const mapping = guessMapping(sample, choices, columns);
  const shown = new PlaceMapper(mapping, kinds);
  const first = sample.slice(0, SHOWN_ROWS).map((row) => ({ ...shown.map(row), line: row.line }));
  return {
    ...{ path, format: format(), mapping, first },
    places: (attributes) =>
      placesOf(sample, source, new PlaceMapper({ ...mapping, attributes }, kinds, onNote)),
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
): AsyncGenerator<PlaceOfRow> {
  try {
    for (const row of sample) yield { ...mapper.map(row), line: row.line };
    for (let next = await source.next(); !next.done; next = await source.next()) {
      yield { ...mapper.map(next.value), line: next.value.line };
    }
  } finally {
    await source.return?.();
  }
}
