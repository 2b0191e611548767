/** A position on the WGS84 ellipsoid, in degrees. */
export interface Point {
  /** Geodetic latitude, −90 to 90. */
  readonly latitude: number;
  /** −180 to 180. */
  readonly longitude: number;
}
