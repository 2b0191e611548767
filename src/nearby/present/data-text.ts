import type { PlaceIndex } from "../../index/place-index.ts";
import { type JoinedType, joinAttributes } from "../../records/attributes.ts";
import { plainText } from "../../text/plain-text.ts";

const MOST_COLLECTIONS = 8;
const MOST_KINDS = 12;
const MOST_ATTRIBUTES = 12;
const MOST_VALUES = 6;

/** The collections, the commonest kinds of places, and the attributes, so that questions use the words that there are. */
export async function describeData(
  index: Pick<PlaceIndex, "snapshot" | "categories">,
): Promise<string> {
  const [{ attributes, collections }, categories] = await Promise.all([
    index.snapshot(),
    index.categories(),
  ]);
  const kinds = categories
    .filter(({ path }) => path.includes("/"))
    .slice(0, MOST_KINDS)
    .map(({ path }) => plainText(path));
  const named = [...collections.values()]
    .slice(0, MOST_COLLECTIONS)
    .map(({ id, title }) => `${id} (${plainText(title)})`);
  const filters = joinAttributes(attributes)
    .slice(0, MOST_ATTRIBUTES)
    .map(({ name, types }) => `${plainText(name)} (${types.map(formatType).join(" or ")})`);
  return [
    named.length > 0 &&
      `Collections: ${named.join(", ")}${collections.size > named.length ? ", …" : ""}.`,
    kinds.length > 0 && `Kinds of places here, for example: ${kinds.join(", ")}.`,
    filters.length > 0 && `Attributes for filter: ${filters.join(", ")}.`,
  ]
    .filter(Boolean)
    .join(" ");
}

function formatType({ type, values }: JoinedType): string {
  if (type === "enum" && values)
    return values
      .slice(0, MOST_VALUES)
      .map((value) => plainText(value))
      .join("|");
  return type === "opening_hours" ? "open_now, open_at" : type;
}
