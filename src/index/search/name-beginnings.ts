import { NAME_MARKER, PHRASE_JOINER } from "../../text/tokens.ts";
import type { PlaceRow } from "../place-index.ts";
import { visible } from "./visible.ts";

/** Where fewer cities than so many begin like that, other towns are looked at. */
const FEW = 20;
/** How many places of each kind are read, whichever they are: some beginnings have more, but nobody who types on ends there. */
const MOST_READ = 1_000;

/** The full-text expression of a name's beginning in a category, the parameter ?1 being the phrase. A text cannot end it. */
const within = (path: string): string =>
  `coalesce((SELECT '"${NAME_MARKER}' || ?1 || '" * AND "${PHRASE_JOINER}' || id || '"' FROM categories WHERE path = '${path}'),
    '"${PHRASE_JOINER}none"')`;

/**
 * Towns with a name that begins like a phrase (phraseTerm), in no order: cities, and if these are few, towns of any size.
 * FTS5 goes through the names that begin so, and meets them with the places of the category: that takes longer the shorter
 * the phrase is, but what is read of `places` is bounded.
 */
export const NAME_BEGINNINGS = `WITH
  city (key) AS MATERIALIZED (
    SELECT rowid FROM places_text WHERE places_text MATCH ${within("place/city")} LIMIT ${MOST_READ}
  ),
  town (key) AS MATERIALIZED (
    SELECT t.rowid FROM (SELECT count(*) AS cities FROM city) CROSS JOIN places_text AS t
    WHERE cities < ${FEW} AND t.places_text MATCH ${within("place")} LIMIT ${MOST_READ}
  )
  SELECT p.name, p.country, p.region, p.population, categories.path AS category_path
  FROM (SELECT key FROM city UNION SELECT key FROM town) AS found
    CROSS JOIN places AS p ON p.key = found.key AND ${visible("p", "?2")}
    CROSS JOIN categories ON categories.id = p.category`;

export type NamedTown = Pick<
  PlaceRow,
  "name" | "country" | "region" | "population" | "category_path"
>;
