import {
  type CategoryMatcher,
  categoryMatcher,
} from "../../../src/formats/mapping/category-matcher.ts";
import { lexicon, schemaKinds } from "./lexicon.ts";

/** Matches categories by the tagging schema and its words in some fifty languages. */
export function schemaMatcher(): CategoryMatcher {
  const kinds = schemaKinds();
  return categoryMatcher({
    kinds: () => kinds,
    categories: () => lexicon(kinds.map(({ path }) => path)),
  });
}
