import { ECCENTRICITY_SQUARED, POLAR_RADIUS_METERS } from "../ellipsoid.ts";
import { toRadians } from "../vector.ts";
import type { Bounds } from "./bounds.ts";
import type { Ring } from "./ring.ts";

const ECCENTRICITY = Math.sqrt(ECCENTRICITY_SQUARED);

/** Nodes and weights of Gauss and Legendre's quadrature with ten points, of which there are five on each side. */
const NODES = [
  [0.148_874_338_981_631_2, 0.295_524_224_714_752_9],
  [0.433_395_394_129_247_2, 0.269_266_719_309_996_3],
  [0.679_409_568_299_024_4, 0.219_086_362_515_982],
  [0.865_063_366_688_984_5, 0.149_451_349_150_580_6],
  [0.973_906_528_517_171_7, 0.066_671_344_308_688_1],
] as const;

/** The area between two parallels and two meridians on WGS84, square metres. */
export function areaOfBounds({ south, north, west, east }: Bounds): number {
  return toRadians(east - west) * (fromEquator(north) - fromEquator(south));
}

/**
 * The area of a ring on WGS84, square metres: positive if it runs counterclockwise. Its edges are straight in longitude
 * and latitude. By Green's theorem it is the integral, along the edges, of the area between the equator and the edge.
 */
export function areaOfRing(ring: Ring): number {
  let area = 0;
  for (const [at, [x, y]] of ring.entries()) {
    const [nextX, nextY] = ring[(at + 1) % ring.length]!;
    if (x !== nextX) area -= toRadians(nextX - x) * meanFromEquator(y, nextY);
  }
  return area;
}

/**
 * The area between the equator and a parallel for a radian of longitude, square metres (J. P. Snyder, "Map Projections: A
 * Working Manual", USGS 1987, formula 3-12, times a²/2).
 */
function fromEquator(latitude: number): number {
  const sine = Math.sin(toRadians(latitude));
  const flattened = Math.atanh(ECCENTRICITY * sine) / ECCENTRICITY;
  return (
    (POLAR_RADIUS_METERS ** 2 / 2) * (sine / (1 - ECCENTRICITY_SQUARED * sine * sine) + flattened)
  );
}

function meanFromEquator(from: number, to: number): number {
  if (from === to) return fromEquator(from);
  const [middle, half] = [(from + to) / 2, (to - from) / 2];
  return NODES.reduce(
    (sum, [node, weight]) =>
      sum + (weight / 2) * (fromEquator(middle - node * half) + fromEquator(middle + node * half)),
    0,
  );
}
