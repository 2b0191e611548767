import type { DatabaseSync } from "node:sqlite";
import { textQuery } from "../src/index/search/query.ts";
import { categoryTerm } from "../src/text/tokens.ts";

/** What a text and a category match, as our statement reads them: of each list one word. */
export function matchWords(
  database: DatabaseSync,
  text: string,
  category: string | undefined,
): string[][] | undefined {
  const query = textQuery(text, category, "exact");
  if (!query) return undefined;
  const categoriesOf = (phrases: string) =>
    database
      .prepare("SELECT rowid AS id FROM category_words WHERE category_words MATCH ?")
      .all(phrases)
      .map(({ id }) => categoryTerm(Number(id)));

  const lists = query.words.map(({ word, phrases }) => [
    word.replaceAll('"', ""),
    ...categoriesOf(phrases),
  ]);
  if (!query.category) return lists;
  const { path, phrase } = query.category;
  const known = database.prepare("SELECT id FROM categories WHERE path = ?").get(path);
  return [...lists, known ? [categoryTerm(Number(known.id))] : categoriesOf(phrase)];
}
