import { rmSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { toEarthCentered } from "../src/geo/ellipsoid.ts";
import type { Answers, Peer, PeerPlace, PeerQuestion } from "./peers.ts";

/** The words have the same options as ours; x, y, z spare the peer the trigonometry of distances. */
const SCHEMA = `
  PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000;
  CREATE TABLE places (id INTEGER PRIMARY KEY, key INTEGER NOT NULL,
    latitude REAL NOT NULL, longitude REAL NOT NULL, x REAL NOT NULL, y REAL NOT NULL, z REAL NOT NULL);
  CREATE VIRTUAL TABLE places_box USING rtree (id, south, north, west, east);
  CREATE VIRTUAL TABLE places_text USING fts5 (
    words, content = '', columnsize = 0, detail = none, tokenize = 'ascii');`;

const IN_BOX = "south <= :north AND north >= :south AND west <= :east AND east >= :west";
const CHORD = "(p.x - :x) * (p.x - :x) + (p.y - :y) * (p.y - :y) + (p.z - :z) * (p.z - :z)";
const NEAREST = `${CHORD} <= :radius * :radius ORDER BY ${CHORD} LIMIT :limit`;
const NEAREST_IN_BOX = `+t.rowid IN (SELECT id FROM places_box WHERE ${IN_BOX}) AND ${NEAREST}`;

const BOX_FIRST = `SELECT p.key FROM places_box AS b CROSS JOIN places AS p ON p.id = b.id
  WHERE ${IN_BOX} AND ${NEAREST}`;
const WAYS = {
  "R*Tree first": {
    any: BOX_FIRST,
    matching: `SELECT p.key FROM places_box AS b
      CROSS JOIN places_text AS t ON t.rowid = b.id CROSS JOIN places AS p ON p.id = b.id
      WHERE ${IN_BOX} AND t.places_text MATCH :match AND ${NEAREST}`,
  },
  "FTS5 first": {
    any: BOX_FIRST,
    matching: `SELECT p.key FROM places_text AS t
      CROSS JOIN places_box AS b ON b.id = t.rowid CROSS JOIN places AS p ON p.id = b.id
      WHERE t.places_text MATCH :match AND ${IN_BOX} AND ${NEAREST}`,
  },
  "FTS5 filtered by R*Tree": {
    any: BOX_FIRST,
    matching: `SELECT p.key FROM places_text AS t CROSS JOIN places AS p ON p.id = t.rowid
      WHERE t.places_text MATCH :match AND ${NEAREST_IN_BOX}`,
  },
} as const;
/** FTS5 begins anew for every row that the R*Tree gives it: seconds for a full box, which is not tried. */
const FULL_BOX = 300;
const NEVER = { statement: Number.POSITIVE_INFINITY, around: 0 };
type Way = keyof typeof WAYS;

/** SQLite's own spatial index, joined with its full-text index, in a file of its own. */
export function openRtree(path: string, places: Iterable<PeerPlace>): Peer {
  rmSync(path, { force: true });
  const file = new DatabaseSync(path);
  file.exec(SCHEMA);
  const startedAt = performance.now();
  const buildSeconds = () => (performance.now() - startedAt) / 1000;
  const toPlaces = file.prepare("INSERT INTO places VALUES (?, ?, ?, ?, ?, ?, ?)");
  const toBox = file.prepare("INSERT INTO places_box VALUES (?1, ?2, ?2, ?3, ?3)");
  const toText = file.prepare("INSERT INTO places_text (rowid, words) VALUES (?, ?)");
  file.exec("BEGIN");
  let count = 0;
  for (const place of places) {
    const { key, latitude, longitude, words } = place;
    count += 1;
    const id = BigInt(count);
    toPlaces.run(id, BigInt(key), latitude, longitude, ...toEarthCentered(place));
    toBox.run(id, latitude, longitude);
    toText.run(id, words);
  }
  file.exec("INSERT INTO places_text (places_text) VALUES ('optimize'); COMMIT; ANALYZE");
  const { bytes } = file.prepare("SELECT sum(pgsize) AS bytes FROM dbstat").get() as {
    bytes: number;
  };

  const statements = new Map<string, StatementSync>();
  const run = (way: Way, question: PeerQuestion) => {
    const sql = WAYS[way][question.words ? "matching" : "any"];
    let statement = statements.get(sql);
    if (!statement) {
      statement = file.prepare(sql);
      statements.set(sql, statement);
    }
    return statement.all(toParameters(question)) as { key: number }[];
  };
  const boxes = file.prepare(
    `SELECT count(*) AS places FROM (SELECT 1 FROM places_box WHERE ${IN_BOX} LIMIT ${FULL_BOX + 1})`,
  );
  const tooSlow = (way: Way, question: PeerQuestion) => {
    if (way !== "R*Tree first" || !question.words) return false;
    const { south, north, west, east } = toParameters(question);
    return Number(boxes.get({ south, north, west, east })!.places) > FULL_BOX;
  };
  return {
    name: `SQLite ${process.versions.sqlite}, R*Tree + FTS5`,
    bytes,
    buildSeconds: buildSeconds(),
    ways: Object.keys(WAYS),
    answer: (questions, way): Answers =>
      questions.map((question) => {
        return tooSlow(way as Way, question)
          ? undefined
          : run(way as Way, question).map(({ key }) => key);
      }),
    time: (questions, way) =>
      questions.map((question) => {
        if (tooSlow(way as Way, question)) return NEVER;
        const startedAt = performance.now();
        run(way as Way, question);
        return { statement: performance.now() - startedAt, around: 0 };
      }),
    close() {
      file.close();
      rmSync(path);
    },
  };
}

/** The smallest box around the circle, for points away from the poles and from ±180°. */
function toParameters({ center, radiusMeters, limit, words }: PeerQuestion) {
  const [x, y, z] = toEarthCentered(center);
  const up = (radiusMeters / 110_574) * 1.001;
  const across = (up / Math.cos(((Math.abs(center.latitude) + up) * Math.PI) / 180)) * 1.001;
  const match = words
    ?.map((anyOf) => `(${anyOf.map((word) => `"${word}"`).join(" OR ")})`)
    .join(" AND ");
  return {
    south: center.latitude - up,
    north: center.latitude + up,
    west: center.longitude - across,
    east: center.longitude + across,
    x,
    y,
    z,
    radius: radiusMeters,
    limit: BigInt(limit),
    ...(match && { match }),
  };
}
