const COMPASS = [
  "north",
  "northeast",
  "east",
  "southeast",
  "south",
  "southwest",
  "west",
  "northwest",
] as const;

/** The one of eight directions that is nearest to an azimuth, in degrees clockwise from north. */
export function compassOf(azimuthDegrees: number): string {
  return COMPASS[Math.round(azimuthDegrees / 45) % 8]!;
}
