import type { Kinds } from "../../src/formats/mapping/category.ts";
import { kindsOf } from "../../src/formats/mapping/kinds.ts";
import { lexicon, schemaKinds } from "../dataset/lexicon.ts";

/** Kinds of places by the tagging schema and its words in some fifty languages. */
export function tagKinds(): Kinds {
  const kinds = schemaKinds();
  return kindsOf({
    kinds: () => kinds,
    categories: () => lexicon(kinds.map(({ path }) => path)),
  });
}
