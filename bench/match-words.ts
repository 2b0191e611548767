import type { DatabaseSync } from "node:sqlite";
import { type CompiledQuery, matchFor } from "../src/index/search/query.ts";
import { categoryTerm } from "../src/text/tokens.ts";

/** Whether a query is a kind of place as a whole: then we do not look at names, as the peers do. */
export function isKind(database: DatabaseSync, query: CompiledQuery): boolean {
  const wholes = matchFor(query, "exact")?.wholes ?? [];
  const meant = database.prepare("SELECT 1 FROM category_words WHERE phrase = ?");
  return wholes.some(([phrase]) => meant.get(phrase) !== undefined);
}

/** What a query matches, as our statement reads it: of each list one word. */
export function matchWords(database: DatabaseSync, query: CompiledQuery): string[][] | undefined {
  const match = matchFor(query, "exact");
  if (!match) return undefined;
  const category = database.prepare("SELECT category AS id FROM category_words WHERE phrase = ?");
  const termsOf = (phrases: readonly string[]) =>
    phrases.flatMap((phrase) => category.all(phrase).map(({ id }) => categoryTerm(Number(id))));

  const lists = match.words.map((word, at) => {
    const covering = match.phrases.filter(
      ([phrase, first, last]) => first <= at && at <= last && termsOf([phrase]).length > 0,
    );
    // Of phrases that mean kinds, the longest count.
    const longest = Math.max(...covering.map(([, first, last]) => last - first));
    const phrases = covering.filter(([, first, last]) => last - first === longest);
    return [word, ...termsOf(phrases.map(([phrase]) => phrase))];
  });
  if (!match.category) return lists;
  const { path, phrases } = match.category;
  const known = database.prepare("SELECT id FROM categories WHERE path = ?").get(path);
  return [...lists, known ? [categoryTerm(Number(known.id))] : termsOf(phrases)];
}
