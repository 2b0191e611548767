import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellsHolding, childrenOf, LEAF_LEVEL, onFace } from "../../../src/geo/cell.ts";
import { toEarthCentered } from "../../../src/geo/ellipsoid.ts";
import { CHORD, LAMBERT, RANK_STEP_METERS } from "../../../src/geo/ranking.ts";
import { RANKINGS } from "../../../src/index/search/ranking.ts";
import {
  COLUMN,
  LEAST_CHORD,
  LEVEL,
  POSITION,
  pointOnFace,
  ROW,
  TURN,
} from "../../../src/index/search/subcells.ts";
import { anyPoint } from "../../support/points.ts";

/** What is asked of D1 at once. */
const PAIRS = 1_000;

const row = fc.record({
  here: anyPoint,
  there: anyPoint,
  level: fc.integer({ min: 0, max: LEAF_LEVEL - 1 }),
});

describe.each([CHORD, LAMBERT])("the ranking by $name", (ranking) => {
  it("is the same in SQL as in JavaScript", async () => {
    for (const { here, there } of fc.sample(row, { numRuns: 200, seed: 1 })) {
      const sql = `WITH p (latitude, longitude) AS (VALUES (?5, ?6))
        SELECT ${RANKINGS[ranking.name].rankOf("p")} AS rank, ?1 FROM p`;
      const { rank } = (await env.PLACES_DB.prepare(sql)
        .bind(null, ...toEarthCentered(here), there.latitude, there.longitude)
        .first<{ rank: number }>())!;
      const exact = ranking.rank(toEarthCentered(here), toEarthCentered(there));
      // Rounded down to a millimetre, up to the errors of both.
      expect(rank).toBeLessThan(exact + 1e-6);
      expect(rank).toBeGreaterThan(exact - RANK_STEP_METERS - 1e-6);
      expect(rank).toBeCloseTo(Math.round(rank / RANK_STEP_METERS) * RANK_STEP_METERS, 6);
    }
  });
});

it("divides cells in SQL as in JavaScript, and never overestimates how far a part is", async () => {
  const sql = `SELECT ${LEVEL} AS level, ${COLUMN} AS i, ${ROW} AS j, ${TURN} AS orientation,
      ${POSITION} AS position, ${LEAST_CHORD} AS least
    FROM (VALUES (0), (1), (2), (3)) AS step CROSS JOIN (
      SELECT ?1 ->> 'level' AS level, ?1 ->> 'i' AS i, ?1 ->> 'j' AS j, ?1 ->> 'orientation' AS turn,
        ?1 ->> 'position' AS position, ?1 ->> 'u' AS u, ?1 ->> 'v' AS v, ?1 ->> 'w' AS w) AS s
    ORDER BY step.column1`;
  const statement = env.PLACES_DB.prepare(sql);
  const samples = fc.sample(row, { numRuns: PAIRS, seed: 2 });
  const results = await env.PLACES_DB.batch(
    samples.map(({ here, there, level }) => {
      const cell = cellsHolding(there)[level]!;
      const [u, v, w] = onFace(cell.face, toEarthCentered(here));
      return statement.bind(JSON.stringify({ ...cell, u, v, w }), ...toEarthCentered(here));
    }),
  );
  for (const [index, { here, there, level }] of samples.entries()) {
    const parts = results[index]!.results as { position: number; least: number }[];
    const expected = childrenOf(cellsHolding(there)[level]!);
    expect(parts).toMatchObject(expected.map(({ face: _, ...part }) => part));
    const holding = cellsHolding(there)[level + 1]!.position;
    const { least } = parts.find(({ position }) => position === holding)!;
    const chord = CHORD.rank(toEarthCentered(here), toEarthCentered(there));
    expect(least).toBeLessThanOrEqual(chord);
    // And not by much: some four edges of the cell, and the cell itself.
    expect(least).toBeGreaterThan(chord - 4.1e7 / 2 ** (level + 1) - 1);
  }
});

it("turns the point to each face as JavaScript does", async () => {
  const here = { latitude: 12.5, longitude: -71 };
  for (const face of [0, 1, 2, 3, 4, 5]) {
    const [u, v, w] = pointOnFace("?5");
    const turned = await env.PLACES_DB.prepare(`SELECT ?1, ${u} AS u, ${v} AS v, ${w} AS w`)
      .bind(null, ...toEarthCentered(here), face)
      .first<{ u: number; v: number; w: number }>();
    expect([turned!.u, turned!.v, turned!.w]).toEqual([...onFace(face, toEarthCentered(here))]);
  }
});
