import type { DatabaseSync } from "node:sqlite";
import { type CompiledQuery, matchFor } from "../src/index/search/query.ts";
import { categoryTerm } from "../src/text/tokens.ts";

/** What a query matches, as our statement reads it: of each list one word. */
export function matchWords(database: DatabaseSync, query: CompiledQuery): string[][] | undefined {
  const match = matchFor(query, "exact");
  if (!match) return undefined;
  const categoriesOf = (phrases: string) =>
    database
      .prepare("SELECT rowid AS id FROM category_words WHERE category_words MATCH ?")
      .all(phrases)
      .map(({ id }) => categoryTerm(Number(id)));

  const lists = match.words.map(({ terms, phrases }) => [
    terms.replaceAll('"', ""),
    ...categoriesOf(phrases),
  ]);
  if (!match.category) return lists;
  const { path, phrase } = match.category;
  const known = database.prepare("SELECT id FROM categories WHERE path = ?").get(path);
  return [...lists, known ? [categoryTerm(Number(known.id))] : categoriesOf(phrase)];
}
