import { NAME_MARKER, PHRASE_JOINER } from "../../text/tokens.ts";
import type { PlaceRow } from "../place-index.ts";
import { EDIT_NEIGHBOURS } from "./edit-neighbours.ts";
import { visible } from "./visible.ts";

/** A text that names a place, in several readings. Readings point into the text, so that the question stays small. */
export interface NameQuestion {
  /** The words of the text as one phrase (phraseTerm). */
  readonly phrase: string;
  /**
   * The parts that may qualify a name, as "France" does in "Paris, France". The first one is the whole text: it
   * qualifies nothing, but it may itself name a country or a region.
   */
  readonly qualifiers: readonly Span[];
  /** Readings as a whole name, best first. */
  readonly names: readonly NameReading[];
  /** Readings as some of the words of a name, best first. */
  readonly partial: readonly PartialReading[];
  /** Readings as the large airport of a town: lists of qualifiers. */
  readonly airportsOf: readonly (readonly number[])[];
  /** Where the user is, ISO 3166-1 alpha-2: a large place elsewhere may not be what is meant. */
  readonly country?: string | undefined;
  /** The words in which a typo may be, each once. */
  readonly words: readonly TypedWord[];
  /** The categories of each kind that readings ask for, as paths. */
  readonly kinds: Readonly<Record<string, readonly string[]>>;
}

/** A part of a phrase: the number of its first character, from 1, and how many characters it has. */
export type Span = readonly [first: number, length: number];

export interface NameReading {
  readonly name: Span;
  /** The numbers of the qualifiers that the text has besides. */
  readonly qualifiers: readonly number[];
  /** The kind that the place must be of, a key of NameQuestion.kinds. */
  readonly kind?: string | undefined;
  /** It counts only where no other reading finds a place, and without typos. */
  readonly isLast?: boolean;
}

export interface PartialReading {
  /** The full-text expression that a place must match: quoted words. */
  readonly match: string;
  /** Whether one of the words may have a typo. */
  readonly fuzzy: boolean;
  /** As in NameReading. */
  readonly qualifiers: readonly number[];
  /** As in NameReading. */
  readonly kind: string;
}

/** A word as it was typed, and what makes its edit neighbours. */
export interface TypedWord {
  readonly word: string;
  /** The letters of the word's script. */
  readonly letters: readonly string[];
  /** The short forms of edit neighbours that the index has in a short form only: "st" for "sanit". */
  readonly shortForms: readonly string[];
}

/** The number of the qualifier that is the whole text. */
export const WHOLE_TEXT = 0;

/** A place that a reading finds. */
export interface NamedRow extends PlaceRow {
  /** The number of the stage that found it, and of the reading there. */
  readonly stage: number;
  readonly reading: number;
  /** How many of the reading's qualifiers the place meets, and how many there are. */
  readonly met: number;
  readonly wanted: number;
  /** Whether it is an airport of a town and has its name and no other: Narita's, not Haneda. */
  readonly called_after: 0 | 1;
}

/** A country or region that a qualifier means. */
export interface Area {
  /** The qualifier's number. */
  readonly qualifier: number;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Null: the whole country. */
  readonly region: string | null;
}

export interface Named {
  readonly rows: readonly NamedRow[];
  readonly areas: readonly Area[];
  /** Whether the whole text is a word for a kind of place, such as "hotel". */
  readonly isKind: boolean;
  /** What D1 counts, and bills. */
  readonly rowsRead: number;
}

/**
 * So far from a town's point a place is still in it, in metres by the town's people: 22 km for Paris, 34 km for New York. Airports
 * lie farther out.
 */
const IN_TOWN_METERS = "10000 + 8 * sqrt(population)";
const METERS_A_DEGREE = 111_195;
const AIRPORT_OF_TOWN_DEGREES = 50_000 / METERS_A_DEGREE;
const DEGREES_FROM_TOWN = `max(abs(town.latitude - p.latitude),
  abs(town.longitude - p.longitude) * cos(radians(p.latitude)))`;
/** Smaller towns qualify no other place. */
const TOWN_PEOPLE = 5_000;
/** A place of so many people is what its whole name means, if nothing qualifies it; of a smaller one parts of other names are looked at, too. */
const SURE_PEOPLE = 150_000;
const SURE_PEOPLE_ABROAD = 1_000_000;
/** Airports that people name without saying so. */
const KNOWN_AIRPORTS = ["aeroway/aerodrome/large", "aeroway/aerodrome/medium"];
/** How many rows a stage gives. Where a question has rows of two, it has those of a whole name and of a part. */
const MOST_ROWS = 40;
/** How many places a stage reads, and how many of the qualifiers' names are read: some names are everywhere. */
const MOST_READ = 500;
/**
 * How many spellings of words are looked up in the vocabulary, and how many of names: all edit neighbours of a Latin word
 * of 16 letters, or of a Cyrillic one of 14. A look-up takes some 12 µs.
 */
const MOST_SPELLINGS = 1_000;

const wholeName = (phrase: string): string => `'"${NAME_MARKER}' || ${phrase} || '"'`;
/** A phrase whose words all stand between joiners, the first and the last one too. */
const enclosed = (phrase: string): string =>
  `'${PHRASE_JOINER}' || ${phrase} || '${PHRASE_JOINER}'`;

/** The readings of each stage, best first: queries for the full-text expression, the qualifiers (JSON) and the kind. */
const STAGES = [
  // The whole name.
  `SELECT ${wholeName("phrase")} AS match, qualifiers, kind, reading FROM name WHERE NOT is_last`,
  // A part of the name.
  `SELECT value ->> 'match' AS match, value -> 'qualifiers' AS qualifiers, value ->> 'kind' AS kind, key AS reading
    FROM json_each(?1, '$.partial')`,
  // The whole name, with a typo in one word.
  `SELECT group_concat(${wholeName("corrected")}, ' OR ') AS match, qualifiers, kind, reading
    FROM name JOIN corrected_name USING (phrase) WHERE NOT is_last GROUP BY reading ORDER BY reading`,
  // A part of the name, with a typo in one word.
  `SELECT group_concat('(' || replace(value ->> 'match', '"' || word || '"', '(' || spellings || ')') || ')', ' OR ')
      AS match, value -> 'qualifiers' AS qualifiers, value ->> 'kind' AS kind, key AS reading
    FROM json_each(?1, '$.partial') CROSS JOIN (
      SELECT word, group_concat('"' || spelling || '"', ' OR ') AS spellings FROM spelling GROUP BY word
    ) ON instr(value ->> 'match', '"' || word || '"')
    WHERE value ->> 'fuzzy' GROUP BY key ORDER BY key`,
  // The large airports of a town.
  `SELECT '"${PHRASE_JOINER}' || categories.id || '"' AS match, value AS qualifiers, NULL AS kind, key AS reading
    FROM json_each(?1, '$.airportsOf') CROSS JOIN categories ON categories.path = '${KNOWN_AIRPORTS[0]}'`,
  // The whole name, if nothing else is found.
  `SELECT ${wholeName("phrase")} AS match, qualifiers, kind, reading FROM name WHERE is_last`,
];
/** The stage that reads a part of the name: only if no whole name is sure. */
const PARTIAL_STAGE = 1;
const AIRPORTS_STAGE = 4;
/** The first stage that allows typos. */
const FIRST_FUZZY = 2;

/** The readings of the stage after `search.stage`, as a JSON list. Only that stage's query runs. */
const NEXT_READINGS = `CASE search.stage ${STAGES.map(
  (readings, stage) => `WHEN ${stage - 1} THEN (
    SELECT json_group_array(json_object(
        'match', CASE WHEN kind IS NULL THEN match ELSE '(' || match || ') AND (' || terms || ')' END,
        'qualifiers', json(qualifiers), 'reading', reading))
      FROM (${readings}) LEFT JOIN kind_terms USING (kind)
      WHERE kind IS NULL OR terms IS NOT NULL)`,
).join(" ")} END`;

/** The best places of the stage after `search.stage`, as a JSON list of lists: key, reading, met, wanted, whether it is sure, called_after. */
const NEXT_FOUND = `SELECT json_group_array(json_array(key, reading, met, wanted,
    coalesce(population, 0) >= CASE WHEN country <> ?1 ->> 'country' THEN ${SURE_PEOPLE_ABROAD} ELSE ${SURE_PEOPLE} END
      OR category IN (SELECT id FROM known_airport WHERE path = '${KNOWN_AIRPORTS[0]}'),
    called_after
  )) FROM (
  SELECT * FROM (
    SELECT p.key, p.population, p.category, p.country, r.value ->> 'reading' AS reading,
      json_array_length(r.value, '$.qualifiers') AS wanted,
      (SELECT count(*) FROM json_each(r.value, '$.qualifiers') AS q
        WHERE EXISTS (SELECT 1 FROM area WHERE area.qualifier = q.value
            AND area.country = p.country AND coalesce(area.region = p.region, area.region IS NULL))
          OR EXISTS (SELECT 1 FROM town
            WHERE town.qualifier = q.value
              AND ${DEGREES_FROM_TOWN} < CASE WHEN p.category IN (SELECT id FROM known_airport)
                  THEN ${AIRPORT_OF_TOWN_DEGREES} ELSE town.degrees END)
      ) AS met,
      search.stage + 1 = ${AIRPORTS_STAGE} AND EXISTS (SELECT 1 FROM town
        WHERE p.name IN (town.name || ' Airport', town.name || ' International Airport')) AS called_after
    FROM json_each(${NEXT_READINGS}) AS r
      CROSS JOIN places_text AS t ON t.places_text MATCH r.value ->> 'match'
      CROSS JOIN places AS p ON p.key = t.rowid AND ${visible("p", "?2")}
    WHERE search.stage + 1 <> ${AIRPORTS_STAGE}
      OR EXISTS (SELECT 1 FROM town WHERE ${DEGREES_FROM_TOWN} < ${AIRPORT_OF_TOWN_DEGREES})
    LIMIT ${MOST_READ}
  ) ORDER BY met = wanted DESC, reading, population DESC LIMIT ${MOST_ROWS})`;

/**
 * One statement: the places that the readings find, those that meet all their qualifiers first, and the areas that the
 * qualifiers mean. A place meets a qualifier in the area, or near a town, of that name.
 *
 * It goes from stage to stage until one finds a place that meets all its qualifiers; behind a whole name that is not sure, it looks at
 * parts of names, too. If the whole text means an area, it does not look for typos; if it is a word for a kind of
 * place, it looks at whole names only.
 *
 * For a typo the vocabulary is asked which edit neighbours of a word there are, and names are made of these. The rarest
 * words come first, because what is mistyped is rare, or no word at all. No spelling is ever NULL: for `term = NULL`
 * SQLite 3.54 reads the whole vocabulary. SQLite compiles a common table expression anew for each reference to it: there
 * are few references here, and one text for all stages.
 */
export const BY_NAME_STATEMENT = `WITH RECURSIVE
  qualifier (number, phrase) AS MATERIALIZED (
    SELECT key, substr(?1 ->> 'phrase', value ->> 0, value ->> 1)
    FROM json_each(?1, '$.qualifiers')
  ),
  area (qualifier, country, region) AS MATERIALIZED (
    SELECT q.number, regions.country, regions.name
    FROM qualifier AS q
      CROSS JOIN region_words ON region_words MATCH '"' || q.phrase || '"'
      CROSS JOIN regions ON regions.id = region_words.rowid
  ),
  town (qualifier, name, latitude, longitude, degrees) AS MATERIALIZED (
    SELECT namesake.qualifier, p.name, p.latitude, p.longitude, (${IN_TOWN_METERS}) / ${METERS_A_DEGREE}.0
    FROM (
      SELECT q.number AS qualifier, t.rowid AS key
      FROM qualifier AS q CROSS JOIN places_text AS t ON t.places_text MATCH ${wholeName("q.phrase")}
      WHERE q.number <> ${WHOLE_TEXT}
      LIMIT ${MOST_READ}
    ) AS namesake CROSS JOIN places AS p ON p.key = namesake.key
    WHERE p.population >= ${TOWN_PEOPLE} AND ${visible("p", "?2")}
  ),
  name (reading, phrase, qualifiers, kind, is_last) AS (
    SELECT key, substr(?1 ->> 'phrase', value ->> '$.name[0]', value ->> '$.name[1]'),
      value -> 'qualifiers', value ->> 'kind', value ->> 'isLast' IS NOT NULL
    FROM json_each(?1, '$.names')
  ),
  -- A place has a term for each category that it is of.
  kind_terms (kind, terms) AS MATERIALIZED (
    SELECT kinds.key, group_concat('"${PHRASE_JOINER}' || categories.id || '"', ' OR ')
    FROM json_each(?1, '$.kinds') AS kinds
      CROSS JOIN json_each(kinds.value) AS path
      CROSS JOIN categories ON categories.path = path.value
    GROUP BY kinds.key
  ),
  known_airport (id, path) AS MATERIALIZED (
    SELECT id, path FROM categories WHERE path IN (${KNOWN_AIRPORTS.map((path) => `'${path}'`).join(", ")})
  ),
  is_kind (yes) AS MATERIALIZED (
    SELECT EXISTS (SELECT 1 FROM qualifier AS q
        CROSS JOIN category_words ON category_words.phrase = q.phrase
      WHERE q.number = ${WHOLE_TEXT})
  ),
  -- Without a limit SQLite would leave out the order; -1 is none.
  typed (word, letters, short_forms) AS MATERIALIZED (
    SELECT value ->> 'word', value -> 'letters', value -> 'shortForms' FROM json_each(?1, '$.words')
    ORDER BY coalesce((SELECT doc FROM places_vocabulary WHERE term = value ->> 'word'), 0)
    LIMIT -1
  ),
  spelling (word, spelling) AS MATERIALIZED (
    SELECT word, neighbour FROM (${EDIT_NEIGHBOURS} LIMIT ${MOST_SPELLINGS})
    WHERE neighbour <> word AND EXISTS (SELECT 1 FROM places_vocabulary WHERE term = neighbour)
    UNION ALL
    SELECT word, value FROM typed CROSS JOIN json_each(short_forms)
  ),
  corrected_name (phrase, corrected) AS (
    SELECT phrase, corrected FROM (
      SELECT phrase, trim(replace(${enclosed("phrase")}, ${enclosed("word")}, ${enclosed("spelling")}),
        '${PHRASE_JOINER}') AS corrected
      FROM (
        SELECT DISTINCT phrase, word FROM typed CROSS JOIN name
        WHERE instr(${enclosed("phrase")}, ${enclosed("word")})
      ) CROSS JOIN spelling USING (word)
      LIMIT ${MOST_SPELLINGS}
    ) WHERE EXISTS (SELECT 1 FROM places_vocabulary WHERE term = '${NAME_MARKER}' || corrected)
  ),
  -- fits: whether a stage before found a place that meets all its qualifiers.
  search (stage, found, fits) AS (
    SELECT -1, '[]', 0
    UNION ALL
    SELECT stage + 1, (${NEXT_FOUND}),
      fits OR EXISTS (SELECT 1 FROM json_each(found) WHERE value ->> 2 = value ->> 3)
    FROM search
    WHERE stage + 1 < ${STAGES.length}
      AND NOT EXISTS (SELECT 1 FROM json_each(found)
        WHERE value ->> 2 = value ->> 3 AND (value ->> 3 > 0 OR value ->> 4))
      AND (stage < ${PARTIAL_STAGE}
        OR NOT fits AND NOT EXISTS (SELECT 1 FROM json_each(found) WHERE value ->> 2 = value ->> 3))
      AND (stage < 0 OR NOT (SELECT yes FROM is_kind))
      AND (stage + 1 < ${FIRST_FUZZY} OR NOT EXISTS (SELECT 1 FROM area WHERE qualifier = ${WHOLE_TEXT}))
  )
  SELECT (SELECT json_group_array(json_object(
      'qualifier', qualifier, 'country', country, 'region', region)) FROM area) AS areas,
    (SELECT yes FROM is_kind) AS is_kind, best.*
  FROM (VALUES (1)) LEFT JOIN (
    SELECT stage, f.value ->> 1 AS reading, f.value ->> 2 AS met, f.value ->> 3 AS wanted,
      f.value ->> 5 AS called_after, p.*,
      categories.path AS category_path
    FROM search
      CROSS JOIN json_each(found) AS f
      CROSS JOIN places AS p ON p.key = f.value ->> 0
      CROSS JOIN categories ON categories.id = p.category
    ORDER BY met = wanted DESC, stage, reading, population DESC
    LIMIT ${2 * MOST_ROWS}
  ) AS best`;

export function toNamed({ results, meta }: D1Result): Named {
  const rows = results as (NamedRow & { readonly areas: string; readonly is_kind: number })[];
  return {
    rows: rows.filter(({ key }) => key !== null),
    areas: JSON.parse(rows[0]?.areas ?? "[]"),
    isKind: rows[0]?.is_kind === 1,
    rowsRead: meta.rows_read,
  };
}
