import type { Point } from "../../answer.ts";
import { HALF_EARTH_KM, MEAN_RADIUS_KM, RADIANS } from "./sphere.ts";

/** Kilometres east and north on a flat map. */
export interface Flat {
  readonly x: number;
  readonly y: number;
}

/**
 * The azimuthal equidistant projection about a point: distances and directions from there are true, also at a pole, and the
 * whole earth is a disc. J. P. Snyder, "Map projections: a working manual" (1987), chapter 25, on the sphere.
 */
export class AzimuthalEquidistant {
  readonly #center: Point;
  readonly #sin: number;
  readonly #cos: number;

  constructor(center: Point) {
    this.#center = center;
    this.#sin = Math.sin(center.latitude * RADIANS);
    this.#cos = Math.cos(center.latitude * RADIANS);
  }

  project({ latitude, longitude }: Point): Flat {
    const dLon = (longitude - this.#center.longitude) * RADIANS;
    const [sin, cos] = [Math.sin(latitude * RADIANS), Math.cos(latitude * RADIANS)];
    const east = cos * Math.sin(dLon);
    const north = this.#cos * sin - this.#sin * cos * Math.cos(dLon);
    const across = Math.hypot(east, north);
    const angle = Math.atan2(across, this.#sin * sin + this.#cos * cos * Math.cos(dLon));
    // Near the middle the two are the same; on the other side of the earth any direction is right.
    if (across < 1e-12) return { x: 0, y: angle > 1 ? -HALF_EARTH_KM : 0 };
    const scale = (MEAN_RADIUS_KM * angle) / across;
    return { x: scale * east, y: scale * north };
  }

  unproject({ x, y }: Flat): Point {
    const km = Math.hypot(x, y);
    if (km < 1e-9) return this.#center;
    // Beyond the rim of the disc there is nothing: the rim is the nearest.
    const angle = Math.min(km, HALF_EARTH_KM) / MEAN_RADIUS_KM;
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    const latitude = Math.asin(
      Math.max(-1, Math.min(1, cos * this.#sin + (y / km) * sin * this.#cos)),
    );
    const dLon = Math.atan2((x / km) * sin, this.#cos * cos - this.#sin * (y / km) * sin);
    return {
      latitude: latitude / RADIANS,
      longitude: this.#center.longitude + dLon / RADIANS,
    };
  }
}
