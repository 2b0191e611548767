import { type Cell, childrenOf, circumradius, FACES, onFace } from "../../geo/cell.ts";
import {
  ECCENTRICITY_SQUARED,
  POLAR_RADIUS_METERS,
  SEMI_MAJOR_METERS,
} from "../../geo/ellipsoid.ts";

/**
 * The geometry of geo/cell.ts as SQL: what a cell divides into, and how far that is from the point
 * ?2 ?3 ?4 (earth-centred, metres). The expressions are about the row `s`, a cell with the columns
 *
 *     level, i, j, position   as in geo/cell.ts      turn   its orientation
 *     u, v, w                 the point on the axes of the cell's face
 *
 * and `step.column1`, the number of a sub-cell along the curve, 0 to 3.
 */

/** The tables of the curve, two bits an entry, one integer each. */
const AT_STEP = "(2 * (4 * s.turn + step.column1))";
const pack = (entry: (cell: Cell) => number): number =>
  [0, 1, 2, 3]
    .flatMap((orientation) => childrenOf({ ...FACES[0]!, orientation }).map(entry))
    .reduce((packed, bits, k) => packed + bits * 4 ** k, 0);
const QUARTER = `(${pack(({ i, j }) => 2 * i + j)} >> ${AT_STEP})`;

export const LEVEL = "s.level + 1";
export const COLUMN = `(2 * s.i + (${QUARTER} >> 1 & 1))`;
export const ROW = `(2 * s.j + (${QUARTER} & 1))`;
export const TURN = `(${pack(({ orientation }) => orientation)} >> ${AT_STEP} & 3)`;
export const POSITION = "(4 * s.position + step.column1)";

/** The middle of the sub-cell on its face, where the outward axis is 1: S2's quadratic projection. */
const onFaceAxis = (line: string): string => {
  const t = `((2 * ${line} + 1.0) / (2 << s.level) - 1)`;
  return `(${t} * (abs(${t}) + 2) / 3)`;
};
const U = onFaceAxis(COLUMN);
const V = onFaceAxis(ROW);
const LENGTH_SQUARED = `(1 + pow(${U}, 2) + pow(${V}, 2))`;
/** The axis through the poles, squared: see onFace in geo/cell.ts. */
const POLAR_SQUARED = `CASE s.position >> (2 * s.level)
    WHEN 0 THEN pow(${V}, 2) WHEN 1 THEN pow(${V}, 2) WHEN 2 THEN 1
    WHEN 3 THEN pow(${U}, 2) WHEN 4 THEN pow(${U}, 2) ELSE 1 END`;
/** (U, V, 1) times the polar radius over the root of this lies on the ellipsoid. */
const SCALE = `(${1 - ECCENTRICITY_SQUARED} * ${LENGTH_SQUARED} + ${ECCENTRICITY_SQUARED} * (${POLAR_SQUARED}))`;
const FROM_MIDDLE_SQUARED = `pow(?2, 2) + pow(?3, 2) + pow(?4, 2)
    + ${POLAR_RADIUS_METERS ** 2} * ${LENGTH_SQUARED} / ${SCALE}
    - ${2 * POLAR_RADIUS_METERS} * (s.u * ${U} + s.v * ${V} + s.w) / sqrt(${SCALE})`;

/** How far anything of a cell of level 0 is from its middle at most; half of it for each level more. */
const CELL_REACH_METERS = 1.001 * SEMI_MAJOR_METERS * circumradius(0);
/** The squares above are of 10^13 m² and rounded to some hundredths. */
const ROUNDING_METERS = 0.01;

const TO_MIDDLE = `sqrt(max(0, ${FROM_MIDDLE_SQUARED}))`;
const REACH = `(${CELL_REACH_METERS.toFixed(0)}.0 / (2 << s.level) + ${ROUNDING_METERS})`;
/** Bounds of the distance, through the earth, from the point to anything in the sub-cell; metres. */
export const LEAST_CHORD = `max(0, ${TO_MIDDLE} - ${REACH})`;
export const MOST_CHORD = `(${TO_MIDDLE} + ${REACH})`;

/** The point on the axes of the face with this number: u, v, w. */
export function pointOnFace(face: string): [u: string, v: string, w: string] {
  const axis = (k: 0 | 1 | 2): string => {
    const cases = FACES.map(({ face }) => {
      const parameter = onFace(face, [2, 3, 4])[k];
      return `WHEN ${face} THEN ${parameter < 0 ? "-" : ""}?${Math.abs(parameter)}`;
    });
    return `CASE ${face} ${cases.join(" ")} END`;
  };
  return [axis(0), axis(1), axis(2)];
}
