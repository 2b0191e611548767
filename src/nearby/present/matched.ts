import type { PlaceIndex, PlaceRow } from "../../index/place-index.ts";
import { brandsOf } from "../../records/brand.ts";
import { plainText } from "../../text/plain-text.ts";
import { indexTerms, lookupTerms } from "../../text/tokens.ts";
import type { Page } from "../nearby.ts";
import type { Answer } from "../question.ts";

/**
 * By which name each place matched, where neither its main name nor the title of its collection has any of the words: another
 * name or its brand. The records are read for it, of such places only; undefined where nothing is to be said.
 */
export async function matchedNames(
  rows: readonly PlaceRow[],
  page: Pick<Page, "reading" | "snapshot" | "question">,
  index: PlaceIndex,
): Promise<(string | undefined)[]> {
  const words = wordsOf(page);
  const names: (string | undefined)[] = rows.map(() => undefined);
  if (words.size === 0) return names;
  const { collections } = page.snapshot;
  const unclear = [...rows.keys()].filter((at) => {
    const { name, collection } = rows[at]!;
    return shared(`${name} ${collections.get(collection)?.title ?? ""}`, words) === 0;
  });
  const records = await index.records(
    unclear.map((at) => rows[at]!),
    page.snapshot,
  );
  for (const [nth, at] of unclear.entries()) {
    const record = records[nth];
    if (!record) continue;
    const others = [...(record.otherNames ?? []), ...brandsOf(record)];
    const best = others.toSorted((a, b) => shared(b, words) - shared(a, words))[0];
    if (best !== undefined && shared(best, words) > 0) names[at] = plainText(best);
  }
  return names;
}

/** The words that names may have matched by; none where the text is read as a kind. */
function wordsOf({
  reading,
  question: { query },
}: Pick<Answer, "reading"> & Pick<Page, "question">): ReadonlySet<string> {
  if (!reading || reading.kinds.length > 0) return new Set();
  const rewritten = (reading.rewritten ?? []).flatMap((text) => text.split(" "));
  return new Set([...query.bare.flatMap(lookupTerms), ...rewritten]);
}

function shared(name: string, words: ReadonlySet<string>): number {
  return [...indexTerms([name])].filter((word) => words.has(word)).length;
}
