import type { Point } from "../answer.ts";
import { roundedTo } from "./rounded.ts";

/** Long enough for satellites. The time that the person takes to allow it does not count. */
const PATIENCE_MS = 15_000;
const FRESH_MS = 60_000;

/** In the order of the codes of GeolocationPositionError. */
const FAILURES = [
  "The location was not shared: your browser, or you, did not allow it. Browsers let that be changed beside the address of the page.",
  "Your device does not know where it is.",
  "Your device took too long to say where it is.",
] as const;

/** Chromium tells documents their permissions policy, by the older of its two names. */
interface Policied {
  readonly featurePolicy?: { allowsFeature(name: string): boolean };
}

/**
 * Why a document cannot ask the device where it is, for the person; undefined if it can. A frame that may not is refused
 * without a word: so this is asked before a button is offered.
 *
 * @param granted what is known of that elsewhere; it counts in browsers that do not tell the document (Firefox, Safari)
 */
export function whyNotDevice(granted: boolean): string | undefined {
  if (!isSecureContext) {
    return "This page was not opened over https, and browsers tell only such pages where they are.";
  }
  if (!("geolocation" in navigator)) return "This browser does not tell pages where it is.";
  const isAllowed = (document as Policied).featurePolicy?.allowsFeature("geolocation") ?? granted;
  return isAllowed ? undefined : "What shows this page does not let it ask where you are.";
}

/** Whether a document can ask the device where it is. @param granted as for `whyNotDevice` */
export function mayAskDevice(granted: boolean): boolean {
  return whyNotDevice(granted) === undefined;
}

/**
 * Where the device says that it is.
 *
 * @param leastMeters how exactly at most it is to be told; 0: as exactly as can be, which may take longer
 * @throws Error with words for the person
 */
export function deviceLocation(leastMeters?: number): Promise<Point> {
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve(roundedTo(Math.max(coords.accuracy, leastMeters ?? 0), coords)),
      ({ code }) => reject(new Error(FAILURES[code - 1] ?? FAILURES[1])),
      { enableHighAccuracy: leastMeters === 0, timeout: PATIENCE_MS, maximumAge: FRESH_MS },
    );
  });
}
