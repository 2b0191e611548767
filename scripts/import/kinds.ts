import type { MappedRow, Said } from "../../src/formats/map-rows.ts";
import { UNCATEGORIZED } from "../../src/formats/mapping/category.ts";
import { flatten, textOf } from "../../src/formats/mapping/flat-fields.ts";
import type { Mapping } from "../../src/formats/mapping/mapping.ts";
import type { PlaceRecord } from "../../src/records/place.ts";
import { grouped } from "../command/progress.ts";
import { englishNames } from "../dataset/words/tagging-schema.ts";

/** No more different words are counted. */
const MOST_WORDS = 10_000;
const LONGEST_WORD = 80;
const SHOWN = 8;

interface Word {
  readonly word: string;
  readonly kind: string;
  rows: number;
}

/** Which words of a file's column became which kinds of places, and which are none that we know. */
export class KindCounts {
  readonly #column: string | undefined;
  readonly #words = new Map<string, Word>();

  constructor({ category, columns }: Mapping) {
    this.#column = category.by === "column" ? columns.category?.[0] : undefined;
  }

  add(row: MappedRow): void {
    if (this.#column === undefined || !("record" in row) || !row.said) return;
    this.#count(row.said, row.record);
  }

  #count({ fields }: Said, { category }: PlaceRecord): void {
    const word = textOf(flatten(fields)[this.#column!]).trim().slice(0, LONGEST_WORD);
    const known = this.#words.get(word);
    if (known) known.rows += 1;
    else if (this.#words.size < MOST_WORDS)
      this.#words.set(word, { word, kind: category, rows: 1 });
  }

  lines(): string[] {
    const words = [...this.#words.values()].sort((a, b) => b.rows - a.rows);
    const kinds = knownKinds();
    const isKnown = ({ kind }: Word) => kinds.has(kind);
    return [
      ...linesOf("  words that are kinds:", words.filter(isKnown)),
      ...linesOf(
        "  words that are no kinds we know, kept as they are:",
        words.filter((word) => !isKnown(word)),
      ),
    ];
  }
}

function linesOf(title: string, words: readonly Word[]): string[] {
  if (words.length === 0) return [];
  const shown = words.slice(0, SHOWN).map(({ word, kind, rows }) => {
    const shownKind = kind === UNCATEGORIZED ? "no kind" : kind;
    return `    ${grouped(rows)} × ${word || "(empty)"} → ${shownKind}`;
  });
  const rows = words.reduce((sum, word) => sum + word.rows, 0);
  const more = words.length - SHOWN;
  return [
    `${title} ${grouped(words.length)}, in ${grouped(rows)} rows`,
    ...shown,
    ...(more > 0 ? [`    and ${grouped(more)} more`] : []),
  ];
}

let kinds: ReadonlySet<string> | undefined;

function knownKinds(): ReadonlySet<string> {
  kinds ??= new Set(englishNames().keys());
  return kinds;
}
