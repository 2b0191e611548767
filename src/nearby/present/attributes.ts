import { isOfContact } from "../../records/contact.ts";
import { lineageOf, type PlaceRecord } from "../../records/place.ts";
import { plainText } from "../../text/plain-text.ts";
import { fold } from "../../text/tokens.ts";

type Value = string | number | boolean;

/**
 * What sources keep for their own work, without signs: the style of a map (simplestyle), ids and versions of rows, when and
 * by whom they were written, what computers make of a point.
 */
const NOT_FOR_VISITORS =
  /^(?:slug|marker(?:color|size|symbol)|stroke(?:width|opacity|color)?|fill(?:opacity|color)?|icon|style\w*|(?:geo|at)?id|fid|gid|oid|uid|guid|uuid|objectid|globalid|featureid|featurecode|rowid|osm\w*|attype|atcontext|version|changeset|user|username|visible|timestamp|(?:date)?(?:created|updated|modified|edited)(?:at|on|by|date)?|last(?:edited|updated|modified)\w*|(?:creation|edit|update)date|checkdate|source\w*|geohash|shape(?:area|length|leng)|starea\w*|stlength\w*|x|y|lat|lon|lng|latitude|longitude|geometry\w*|bbox)$/;
/** Kinds of rows, not of places. */
const ROW_TYPES = /^(?:node|way|relation|feature|point|polygon|multipolygon)$/i;
const OF_THE_PLACE =
  /^(?:(?:addr)?(?:city|town|state|province|region|country|countrycode)|name|title|label|category|kind|type|timezone|population)$/;

/**
 * The attributes of a record that tell a visitor something: not what sources keep for their own work, and nothing that was
 * told already.
 *
 * @param told what the answer tells of the place besides
 * @param declared the names that questions can filter by: these are shown
 */
export function tellingAttributes(
  { name, category, attributes = {} }: PlaceRecord,
  told: readonly (string | undefined)[],
  declared: ReadonlySet<string>,
): [name: string, value: Value][] {
  const texts = told.flatMap((text) => (text ? fold(text) : []));
  const lineage = new Set(lineageOf(category));
  const seen = new Set<string>();
  return Object.entries(attributes).flatMap(([attribute, value]): [string, Value][] => {
    const text = fold(String(value)).trim();
    const key = attribute
      .toLowerCase()
      .replace(/^@/, "at")
      .replace(/[^\p{L}\p{N}]/gu, "");
    const last = attribute.slice(
      Math.max(attribute.lastIndexOf("."), attribute.lastIndexOf(":")) + 1,
    );
    const pair = `${last.toLowerCase()}=${text}`;
    const isTold =
      seen.has(pair) ||
      text === fold(name) ||
      lineage.has(`${attribute}/${value}`) ||
      (OF_THE_PLACE.test(key) && texts.includes(text)) ||
      (isOfContact(attribute) && texts.some((one) => one.includes(text)));
    const isForVisitors =
      declared.has(attribute) ||
      !(NOT_FOR_VISITORS.test(key) || (key === "type" && ROW_TYPES.test(text)));
    if (!text || isTold || !isForVisitors) return [];
    seen.add(pair);
    return [[plainText(attribute), typeof value === "string" ? plainText(value) : value]];
  });
}
