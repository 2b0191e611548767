import { asTyped, type CompiledQuery } from "../../index/search/query.ts";
import { plainText } from "../../text/plain-text.ts";
import { lookupTerms, PHRASE_JOINER, tokenize } from "../../text/tokens.ts";
import { isMissing } from "../find.ts";
import type { Answer } from "../question.ts";

type Read = Pick<Answer, "mode" | "reading" | "places" | "nearestBeyond" | "named"> & {
  readonly question: { readonly query: CompiledQuery };
};

const MOST_NAMED = 3;

/** How the text was read and what the data does not have, where there is something to say of it. */
export function describeAnswer(page: Read): string[] {
  return [describeReading(page), describeMissing(page)].filter((text) => text !== undefined);
}

/** How the text was read, where it was not read as it stands: what was left out or changed, by its words. */
export function describeReading(page: Read): string | undefined {
  const { query } = page.question;
  if (page.places.length === 0 && !page.nearestBeyond && !page.reading?.kinds.length) {
    return undefined;
  }
  if (query.isAnything && query.text.trim() && !query.isForSights) {
    return "The query names no kind of place and no name: any place matches.";
  }
  const said = [...changesOf(page), ...leftOut(page)];
  return said.length > 0 ? said.join(" ") : undefined;
}

function changesOf(page: Read): string[] {
  const { mode, named = 0, question, places } = page;
  const { query } = question;
  if (named > 0 && places.length > named) {
    const first = named === 1 ? "first is" : `first ${named} are`;
    return [`The ${first} called so; the others are of the kind ${kindsOf(page)}.`];
  }
  if (mode === "joined" || mode === "typo" || mode === "prefix") {
    const read = rewordings(page);
    if (read.length > 0) return [`Read as: ${read.join(", ")}.`];
    if (mode === "prefix") {
      return [`"${asTyped(query, query.bare.at(-1)!)}" was taken for the beginning of a word.`];
    }
    return mode === "typo"
      ? ["No place has the words as they are; these have similar ones."]
      : ["Words were read as written in one, or apart."];
  }
  return [];
}

/** What words were read as: the phrase of the kinds, or what the names of the places have. */
function rewordings({ reading, places, nearestBeyond, question }: Read): string[] {
  const { bare } = question.query;
  if (!reading) return [];
  const said = new Set(bare.map(({ text }) => text));
  const phrases = new Set(
    reading.kinds.map(([, , phrase]) => phrase.replaceAll(PHRASE_JOINER, " ")),
  );
  phrases.delete(bare.map(({ text }) => text).join(" "));
  if (phrases.size > 0) return [...phrases].slice(0, MOST_NAMED);
  const shown = [...places, ...(nearestBeyond ? [nearestBeyond] : [])];
  const names = new Set(shown.flatMap(({ row }) => tokenize(row.name).map(({ text }) => text)));
  return (reading.rewritten ?? [])
    .filter((text) => !said.has(text) && text.split(" ").every((word) => names.has(word)))
    .slice(0, MOST_NAMED);
}

function leftOut(page: Read): string[] {
  const { mode, reading, question, places } = page;
  const { query } = question;
  if (mode === "exact" || mode === "named") return [];
  const time = query.asksForTime ? " For what is open, pass open_now or open_at." : "";
  const unanswerable =
    query.unanswerable.length > 0 ? [`Left out: ${query.unanswerable.join(", ")}.${time}`] : [];
  if (query.bare.length === 0) return [...unanswerable, "Any place matches."];
  if (mode === "kind") {
    const phrases = new Set(reading?.kinds.flatMap(([, , phrase]) => phrase.split(PHRASE_JOINER)));
    const words = query.bare.filter(
      ({ text }) => ![...phrases].some((word) => text.includes(word)),
    );
    const others = [...query.unanswerable, ...words.map((token) => asTyped(query, token))];
    const without = others.length > 0 ? ` Left out: ${others.join(", ")}.` : "";
    return [`Only the kind was looked for: ${kindsOf(page)}.${without}`];
  }
  if (mode === "most" || mode === "half") {
    const missing = new Set(
      places.flatMap(({ row }) => {
        const has = new Set(tokenize(`${row.name} ${row.category_path}`).flatMap(lookupTerms));
        return query.bare.filter((token) => !lookupTerms(token).every((word) => has.has(word)));
      }),
    );
    const words = [...missing].map((token) => asTyped(query, token)).join(", ");
    return [
      ...unanswerable,
      mode === "most"
        ? `No place has all the words; each of these lacks one${words && ` (of: ${words})`}.`
        : `No place has all the words; these have at least half of them${words && ` (not all have: ${words})`}.`,
    ];
  }
  return unanswerable;
}

function kindsOf({ reading }: Read): string {
  const labels = new Set(reading?.kinds.map(([label]) => plainText(label)));
  return [...labels].slice(0, MOST_NAMED).join(", ");
}

/** The kinds that parts of the text mean of which the data has no place, unless the text is found as it stands. */
function missingParts({ mode, reading, places, nearestBeyond }: Read): string[] {
  if (!reading) return [];
  if (reading.kinds.length > 0) {
    const byPhrase = Map.groupBy(reading.kinds, ([, , phrase]) => phrase);
    const missing = [...byPhrase.values()].filter((kinds) =>
      kinds.every(([, places]) => places === 0),
    );
    return mode === "kind"
      ? reading.missing.map(plainText)
      : missing.map(([kind]) => plainText(kind![0]));
  }
  const isFound = places.length > 0 || nearestBeyond !== undefined;
  return isFound && mode === "exact" ? [] : reading.missing.map(plainText);
}

/** What to say of kinds that the data does not have. */
export function describeMissing(page: Read): string | undefined {
  const { query } = page.question;
  if (!isMissing(page.reading)) {
    const labels = missingParts(page);
    return labels.length > 0
      ? `The data of this server has no places of the kind ${labels.slice(0, MOST_NAMED).join(", ")}: they may well exist.`
      : undefined;
  }
  if (query.isForSights && page.places.length > 0) {
    return "The data of this server has no sights: these are any places.";
  }
  const named = page.places.length > 0 ? " These are places called so." : "";
  return `The data of this server has no places of the kind ${kindsOf(page)}: they may well exist.${named}`;
}
