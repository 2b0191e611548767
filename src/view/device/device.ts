import type { Point } from "../answer.ts";

/** Long enough to find a place by satellites; it is the browser that asks the person first, without an end. */
const PATIENCE_MS = 15_000;
const FRESH_MS = 60_000;

/** So many digits tell about so many metres (at the equator 1.1 km, 110 m, 11 m). */
const DIGITS = [
  { fromMeters: 1_000, digits: 2 },
  { fromMeters: 100, digits: 3 },
  { fromMeters: 0, digits: 4 },
] as const;

/** In the order of the codes of GeolocationPositionError. */
const REFUSALS = [
  "The location was not shared. Browsers let that be changed beside the address.",
  "The device does not know where it is.",
  "The device took too long to say where it is.",
];

/** Documents that know their permissions policy; so far those of Chromium. */
interface Policied {
  readonly featurePolicy?: { allowsFeature(name: string): boolean };
}

/**
 * Whether a document may ask the device where it is: a frame that may not is refused without a word.
 *
 * @param granted what is known of that elsewhere; it counts where the document does not know it
 */
export function mayAskDevice(granted: boolean): boolean {
  if (!isSecureContext || !("geolocation" in navigator)) return false;
  return (document as Policied).featurePolicy?.allowsFeature("geolocation") ?? granted;
}

/** Where the device says that it is, rounded so that the digits tell how exactly. @throws Error with words for the person */
export function deviceLocation(): Promise<Point> {
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy } }) => {
        const { digits } = DIGITS.find(({ fromMeters }) => accuracy > fromMeters) ?? DIGITS[2];
        resolve({
          latitude: Number(latitude.toFixed(digits)),
          longitude: Number(longitude.toFixed(digits)),
        });
      },
      ({ code }) => reject(new Error(REFUSALS[code - 1] ?? REFUSALS[1])),
      { enableHighAccuracy: false, timeout: PATIENCE_MS, maximumAge: FRESH_MS },
    );
  });
}
