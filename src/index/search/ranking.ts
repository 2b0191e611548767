import {
  ECCENTRICITY_SQUARED,
  FLATTENING,
  LARGEST_RADIUS_METERS,
  POLAR_RADIUS_METERS,
  SEMI_MAJOR_METERS,
} from "../../geo/ellipsoid.ts";
import { NEAR_METERS, type Ranking, TINIEST, TINY } from "../../geo/ranking.ts";

/**
 * The rankings of geo/ranking.ts as SQL: of a row with latitude and longitude, seen from the point
 * ?2 ?3 ?4 (earth-centred, metres).
 */
interface RankingSql {
  rankOf(row: string): string;
  leastRankByChord(meters: string): string;
}

function earthCentered(row: string): readonly [x: string, y: string, z: string] {
  const [phi, lambda] = [`radians(${row}.latitude)`, `radians(${row}.longitude)`];
  const normal = `${SEMI_MAJOR_METERS} / sqrt(1 - ${ECCENTRICITY_SQUARED} * pow(sin(${phi}), 2))`;
  return [
    `${normal} * cos(${phi}) * cos(${lambda})`,
    `${normal} * cos(${phi}) * sin(${lambda})`,
    `${normal} * ${1 - ECCENTRICITY_SQUARED} * sin(${phi})`,
  ];
}

function chordOf(row: string): string {
  const [x, y, z] = earthCentered(row);
  return `sqrt(pow(${x} - ?2, 2) + pow(${y} - ?3, 2) + pow(${z} - ?4, 2))`;
}

/** Metres, rounded down to a whole millimetre. */
function wholeMillimeters(meters: string): string {
  return `floor(1000 * ${meters}) / 1000`;
}

function shortestWay(meters: string): string {
  return `${2 * LARGEST_RADIUS_METERS} * asin(${meters} / ${2 * LARGEST_RADIUS_METERS})`;
}

function lambertOf(row: string): string {
  const [x, y, z] = earthCentered(row);
  const h = `min(1, (pow(${x} - ?2, 2) + pow(${y} - ?3, 2)) / ${4 * SEMI_MAJOR_METERS ** 2}
      + pow(${z} - ?4, 2) / ${4 * POLAR_RADIUS_METERS ** 2})`;
  const angle = `2 * asin(sqrt(${h}))`;
  const sine = `2 * sqrt(${h} * (1 - ${h}))`;
  const sum = `pow((${z} + ?4) / ${POLAR_RADIUS_METERS}, 2) / max(1 - ${h}, ${TINY})`;
  const difference = `pow((${z} - ?4) / ${POLAR_RADIUS_METERS}, 2) / max(${h}, ${TINIEST})`;
  const straight = shortestWay(chordOf(row));
  return `iif(${chordOf(row)} < ${NEAR_METERS}, ${straight}, max(${straight}, ${SEMI_MAJOR_METERS} * (${angle}
      - ${FLATTENING / 8} * ((${angle} - ${sine}) * ${sum} + (${angle} + ${sine}) * ${difference}))))`;
}

export const RANKINGS: Readonly<Record<Ranking["name"], RankingSql>> = {
  chord: { rankOf: (row) => wholeMillimeters(chordOf(row)), leastRankByChord: (meters) => meters },
  lambert: { rankOf: (row) => wholeMillimeters(lambertOf(row)), leastRankByChord: shortestWay },
};
