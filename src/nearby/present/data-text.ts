import type { PlaceIndex } from "../../index/place-index.ts";
import { type JoinedType, joinAttributes } from "../../records/attributes.ts";
import { plainText } from "../../text/plain-text.ts";

/** Every model pays for it: see test/mcp/catalog.test.ts. */
const MOST_BYTES = { collections: 220, kinds: 220, attributes: 250 } as const;
const MOST_VALUES = 6;

/** The collections, the commonest kinds of places, and the attributes, so that questions use the words that there are. */
export async function describeData(
  index: Pick<PlaceIndex, "snapshot" | "categories">,
): Promise<string> {
  const [{ attributes, collections }, categories] = await Promise.all([
    index.snapshot(),
    index.categories(),
  ]);
  const kinds = categories.map(({ path }) => path).filter((path) => path.includes("/"));
  const filters = joinAttributes(attributes).map(
    ({ name, types }) => `${plainText(name)} (${types.map(formatType).join(" or ")})`,
  );
  const titles = Array.from(collections.values(), ({ id, title }) => `${id} (${plainText(title)})`);
  return [
    sentence("Collections: ", titles, MOST_BYTES.collections),
    sentence("Kinds of places here, for example: ", kinds.map(plainText), MOST_BYTES.kinds),
    sentence("Attributes for filter: ", filters, MOST_BYTES.attributes),
  ]
    .filter(Boolean)
    .join(" ");
}

/** As many of the items as there is room for; nothing if there is none. */
function sentence(beginning: string, items: readonly string[], mostBytes: number): string {
  let left = mostBytes - ENCODER.encode(`${beginning}. `).length;
  const fitting = items.filter((item) => {
    left -= ENCODER.encode(`${item}, `).length;
    return left >= 0;
  });
  return fitting.length > 0 ? `${beginning}${fitting.join(", ")}.` : "";
}

const ENCODER = new TextEncoder();

function formatType({ type, values }: JoinedType): string {
  if (type === "enum" && values)
    return values
      .slice(0, MOST_VALUES)
      .map((value) => plainText(value))
      .join("|");
  return type === "opening_hours" ? "open_now, open_at" : type;
}
