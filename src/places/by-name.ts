import type { PlaceRow } from "./place-store.ts";
import { visible } from "./visible.ts";

/** What places to look for by name: several readings of one text, best first. */
export interface NameQuestion {
  /** What may stand behind a name: "Paris, France". */
  readonly qualifiers: readonly {
    /** The expression that finds countries and regions of this name. */
    readonly phrase: string;
    /** The expression that finds places of just this name. */
    readonly name: string;
  }[];
  /**
   * Stages, in each some readings. A stage counts only where those before it gave no place that
   * meets all its qualifiers.
   */
  readonly stages: readonly (readonly NameReading[])[];
}

export interface NameReading {
  /** The full-text expression that the places must match. */
  readonly match: string;
  /** The numbers of the qualifiers that the text has besides. */
  readonly qualifiers: readonly number[];
}

/** A place of that name. */
export interface NamedRow extends PlaceRow {
  /** The number of its stage, and of the reading there. */
  readonly stage: number;
  readonly reading: number;
  /** How many of the qualifiers it meets, and how many there were. */
  readonly met: number;
  readonly wanted: number;
}

/** A country or region that a qualifier means. */
export interface Area {
  readonly qualifier: number;
  readonly country: string;
  /** Null: the whole country. */
  readonly region: string | null;
}

export interface Named {
  readonly rows: readonly NamedRow[];
  readonly areas: readonly Area[];
  /** What D1 counts, and bills. */
  readonly rowsRead: number;
}

/** Farther from its town a place is not said to be in it: some 50 km. */
const IN_TOWN_DEGREES = 0.45;
/** A town that qualifies others has so many people, or is the only thing of its name. */
const TOWN_PEOPLE = 5_000;
const MOST_ROWS = 40;
/** Of names that half the world goes by, so many places are looked at. */
const MOST_READ = 1_000;

/** How the places of a stage are found: those of the stages before are named by `unless`. */
function stage(number: number, unless: readonly string[]): string {
  const before = unless.map((name) => `NOT EXISTS (SELECT 1 FROM ${name} WHERE met = wanted)`);
  return `SELECT ${number} AS stage, r.key AS reading, p.*,
      json_array_length(r.value, '$.qualifiers') AS wanted,
      (SELECT count(*) FROM json_each(r.value, '$.qualifiers') AS q
        WHERE EXISTS (SELECT 1 FROM area WHERE area.qualifier = q.value
            AND area.country = p.country AND coalesce(area.region = p.region, area.region IS NULL))
          OR EXISTS (SELECT 1 FROM town WHERE town.qualifier = q.value
            AND abs(town.latitude - p.latitude) < ${IN_TOWN_DEGREES}
            AND abs(town.longitude - p.longitude) * cos(radians(p.latitude)) < ${IN_TOWN_DEGREES})
      ) AS met
    FROM json_each(?1, '$.stages[${number}]') AS r
      CROSS JOIN places_text AS t ON t.places_text MATCH r.value ->> 'match'
      CROSS JOIN places AS p ON p.key = t.rowid AND ${visible("p", "?2")}
    ${before.length > 0 ? `WHERE ${before.join(" AND ")}` : ""}
    LIMIT ${MOST_READ}`;
}

/**
 * One statement: the places that the readings find, the best stage first, with how many qualifiers they meet,
 * and the areas that the qualifiers mean. A qualifier is met by a place in the area, or near a town, of that name.
 */
export const BY_NAME_STATEMENT = `WITH
  area (qualifier, country, region) AS MATERIALIZED (
    SELECT q.key, regions.country, regions.name
    FROM json_each(?1, '$.qualifiers') AS q
      CROSS JOIN region_words ON region_words MATCH q.value ->> 'phrase'
      CROSS JOIN regions ON regions.id = region_words.rowid
  ),
  town (qualifier, latitude, longitude) AS MATERIALIZED (
    SELECT q.key, p.latitude, p.longitude
    FROM json_each(?1, '$.qualifiers') AS q
      CROSS JOIN places_text AS t ON t.places_text MATCH q.value ->> 'name'
      CROSS JOIN places AS p ON p.key = t.rowid
    WHERE p.population >= ${TOWN_PEOPLE} AND ${visible("p", "?2")}
  ),
  exact AS MATERIALIZED (${stage(0, [])}),
  partial AS MATERIALIZED (${stage(1, ["exact"])}),
  similar AS MATERIALIZED (${stage(2, ["exact", "partial"])}),
  found AS (SELECT * FROM exact UNION ALL SELECT * FROM partial UNION ALL SELECT * FROM similar)
  SELECT (SELECT json_group_array(json_object(
      'qualifier', qualifier, 'country', country, 'region', region)) FROM area) AS areas, best.*
  FROM (VALUES (1)) LEFT JOIN (
    SELECT found.*, categories.path AS category_path
    FROM found CROSS JOIN categories ON categories.id = found.category
    ORDER BY met = wanted DESC, stage, reading, population DESC
    LIMIT ${MOST_ROWS}
  ) AS best`;

export function toNamed({ results, meta }: D1Result): Named {
  const rows = results as (NamedRow & { readonly areas: string })[];
  return {
    rows: rows.filter(({ key }) => key !== null),
    areas: JSON.parse(rows[0]?.areas ?? "[]"),
    rowsRead: meta.rows_read,
  };
}
