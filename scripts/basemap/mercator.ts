/** Web Mercator, https://epsg.io/3857, as a square from 0 to 1: x to the east from -180°, y to the south from 85.05°. */

export function mercatorX(longitude: number): number {
  return longitude / 360 + 0.5;
}

/** Beyond 85.05° it is outside the square. */
export function mercatorY(latitude: number): number {
  const sine = Math.sin((latitude * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}
