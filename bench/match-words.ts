import type { DatabaseSync } from "node:sqlite";
import { type CompiledQuery, matchFor } from "../src/index/search/query.ts";
import { categoryTerm } from "../src/text/tokens.ts";

/** What a query matches, as our statement reads it: of each list one word. */
export function matchWords(database: DatabaseSync, query: CompiledQuery): string[][] | undefined {
  const match = matchFor(query, "exact");
  if (!match) return undefined;
  const category = database.prepare("SELECT category AS id FROM category_words WHERE phrase = ?");
  const termsOf = (phrases: readonly string[]) =>
    phrases.flatMap((phrase) => category.all(phrase).map(({ id }) => categoryTerm(Number(id))));

  const lists = match.words.map((word, at) => {
    const covering = match.phrases.filter(([, first, last]) => first <= at && at <= last);
    return [word, ...termsOf(covering.map(([phrase]) => phrase))];
  });
  if (!match.category) return lists;
  const { path, phrases } = match.category;
  const known = database.prepare("SELECT id FROM categories WHERE path = ?").get(path);
  return [...lists, known ? [categoryTerm(Number(known.id))] : termsOf(phrases)];
}
