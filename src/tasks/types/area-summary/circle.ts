import { HALF_EARTH_METERS } from "../../../geo/ellipsoid.ts";
import type { Point } from "../../../geo/point.ts";
import { Outline } from "../../../geo/region/outline.ts";
import type { Ring, Vertex } from "../../../geo/region/ring.ts";
import { destination, inverseGeodesic } from "../../../geodesic.ts";

/** The area of so many-cornered a polygon is a third of a hundred thousandth smaller than that of its circle. */
const CORNERS = 1_440;
/** A circle that leaves out less around the point opposite is taken for the whole earth: less than a hundred thousandth. */
const LEAST_LEFT_OUT_METERS = 35_000;

const WHOLE_EARTH: Ring = [
  [-180, -90],
  [180, -90],
  [180, 90],
  [-180, 90],
];

/** A circle as a polygon in longitude and latitude: to draw it, and for its area. */
export function outlineOfCircle(center: Point, radiusMeters: number): Outline {
  if (radiusMeters > HALF_EARTH_METERS - LEAST_LEFT_OUT_METERS) return new Outline(WHOLE_EARTH);
  const line = Array.from({ length: CORNERS }, (_, at) =>
    destination(center, (360 * at) / CORNERS, radiusMeters),
  );
  const ring: Vertex[] = [];
  for (const { latitude, longitude } of [...line, line[0]!]) {
    const before = ring.at(-1)?.[0] ?? longitude;
    const turns = Math.round((before - longitude) / 360);
    ring.push([longitude + 360 * turns, latitude]);
  }
  const [[firstX, firstY], [lastX]] = [ring[0]!, ring.pop()!];
  const inward = (latitude: 90 | -90) =>
    radiusMeters - inverseGeodesic(center, { latitude, longitude: 0 }).distanceMeters;
  const [north, south] = [inward(90), inward(-90)];
  const turns = Math.round((lastX - firstX) / 360);
  if (turns === 0) {
    return north > 0 && south > 0 ? new Outline(WHOLE_EARTH, [ring]) : new Outline(ring);
  }
  // The line goes round a pole: the one within, or the one that it comes nearest to.
  const pole = north > south ? 90 : -90;
  const end = firstX + 360 * turns;
  return new Outline([...ring, [end, firstY], [end, pole], [firstX, pole]]);
}
