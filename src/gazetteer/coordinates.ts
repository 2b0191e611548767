import type { Point } from "../geo/point.ts";
import { ACCURACY_FLOOR_METERS, METERS_A_DEGREE, toDegrees } from "./degrees.ts";

/** A point as a text gives it, and how far off it may be for its last digit. */
export interface WrittenPoint extends Point {
  readonly accuracyMeters: number;
}

/**
 * The point that a text gives as coordinates, latitude first unless letters or labels say otherwise: decimal degrees;
 * degrees, minutes and seconds; "geo:" (RFC 5870); a full Plus Code; a link to a map. Undefined for any other text, for
 * what is out of range, and for what contradicts itself ("-33.9 N").
 */
export function parsePoint(text: string): WrittenPoint | undefined {
  const plain = plainDigits(text).trim();
  return ofLink(plain) ?? ofPlusCode(plain) ?? ofLabels(plain) ?? ofAngles(plain);
}

/** Digits, signs and marks of all scripts and printers as ASCII has them. */
function plainDigits(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/[٠-٩۰-۹]/g, (digit) => String(digit.codePointAt(0)! & 15))
    .replace(/٫/g, ".")
    .replace(/[،、]/g, ",")
    .replace(/[‐-―−]/g, "-")
    .replace(/[ºo˚](?=[\s\d.'"NSEW,;]|$)/g, "°")
    .replace(/[‘’′ʹ´`]/g, "'")
    .replace(/[“”″ʺ]|''/g, '"');
}

const NUMBER = String.raw`([+-]?(?:\d+\.?\d*|\.\d+))`;

/** Where links to maps have the point: the place's own before the map's centre. */
const LINKS = [
  `^geo:${NUMBER},${NUMBER}`,
  `!3d${NUMBER}!4d${NUMBER}`,
  `[?&#]mlat=${NUMBER}&mlon=${NUMBER}`,
  `[?&](?:q|query|ll|sll|daddr|saddr|destination|center|coordinate|cp)=(?:loc:)?${NUMBER}[,~]${NUMBER}`,
  `@${NUMBER},${NUMBER}`,
  `#map=[\\d.]+/${NUMBER}/${NUMBER}`,
].map((pattern) => new RegExp(pattern, "i"));
const LINK = /^(?:geo:|(?:https?:\/\/|www\.|maps\.))/i;
/** Longitude comes first there. */
const TURNED = /^(?:https?:\/\/)?(?:www\.)?yandex\./i;

function ofLink(text: string): WrittenPoint | undefined {
  if (!LINK.test(text)) return undefined;
  const link = text.replace(/%2c/gi, ",").replace(/%20|\+(?=-|\d)/g, "");
  for (const pattern of LINKS) {
    const [, first, second] = pattern.exec(link) ?? [];
    if (first === undefined || second === undefined) continue;
    return TURNED.test(link) ? ofDecimals(second, first) : ofDecimals(first, second);
  }
  return undefined;
}

const LATITUDE_LABEL = new RegExp(String.raw`\blat(?:itude)?\b["']?\s*[:=]?\s*${NUMBER}`, "i");
const LONGITUDE_LABEL = new RegExp(
  String.raw`\b(?:lon|lng|long|longitude)\b["']?\s*[:=]?\s*${NUMBER}`,
  "i",
);

const WELL_KNOWN_TEXT = new RegExp(String.raw`^POINT\s*\(\s*${NUMBER}\s+${NUMBER}\s*\)$`, "i");

/** "lat: 48.85, lon: 2.35", in either order; "POINT(2.35 48.85)". */
function ofLabels(text: string): WrittenPoint | undefined {
  const [, x, y] = WELL_KNOWN_TEXT.exec(text) ?? [];
  if (x !== undefined && y !== undefined) return ofDecimals(y, x);
  const latitude = LATITUDE_LABEL.exec(text)?.[1];
  const longitude = LONGITUDE_LABEL.exec(text)?.[1];
  if (latitude === undefined || longitude === undefined) return undefined;
  return ofDecimals(latitude, longitude);
}

function ofDecimals(first: string, second: string): WrittenPoint | undefined {
  const latitude = toDegrees(first, 90);
  const longitude = toDegrees(second, 180);
  if (latitude === undefined || longitude === undefined) return undefined;
  return { latitude, longitude, accuracyMeters: halfOf(Math.min(unitOf(first), unitOf(second))) };
}

const DEGREES = String.raw`([+-]?(?:\d+\.?\d*|\.\d+))\s*°?`;
const MINUTES = String.raw`(?:\s*(\d+(?:\.\d+)?)\s*')?`;
const SECONDS = String.raw`(?:\s*(\d+(?:\.\d+)?)\s*")?`;
const MARKED = DEGREES + MINUTES + SECONDS;
/** Minutes and seconds without their marks are seen by the letters only. */
const UNMARKED = String.raw`(\d+)[\s°-]\s*(\d+(?:\.\d+)?)(?:[\s'-]\s*(\d+(?:\.\d+)?))?`;
const LETTER = "([NSEW])";
const NO_LETTER = "()";
const GAP = String.raw`\s*(?:[,;/]\s*|\s)`;
const GAP_IF_ANY = String.raw`\s*[,;/]?\s*`;
const PAIRS = [
  [NO_LETTER, MARKED, NO_LETTER, GAP, NO_LETTER, MARKED, NO_LETTER],
  [NO_LETTER, MARKED, LETTER, GAP_IF_ANY, NO_LETTER, MARKED, `${LETTER}?`],
  [NO_LETTER, MARKED, NO_LETTER, GAP, NO_LETTER, MARKED, LETTER],
  [LETTER, MARKED, NO_LETTER, GAP_IF_ANY, LETTER, MARKED, NO_LETTER],
  [NO_LETTER, UNMARKED, LETTER, GAP_IF_ANY, NO_LETTER, UNMARKED, LETTER],
  [LETTER, UNMARKED, NO_LETTER, GAP_IF_ANY, LETTER, UNMARKED, NO_LETTER],
].map((parts) => new RegExp(`^${parts.join("\\s*")}$`, "i"));
const BRACKETS = /^[([{]\s*(.*?)\s*[)\]}]$/;
/** A postal code more likely: "110 00". */
const TWO_WHOLE_NUMBERS = /^\d+\s+\d+$/;
/** "48,85 2,35", as most of Europe writes numbers. */
const DECIMAL_COMMAS = /^([+-]?\d{1,3}),(\d+)(\s*;\s*|\s+|,\s+)([+-]?\d{1,3}),(\d+)$/;

function ofAngles(text: string): WrittenPoint | undefined {
  if (TWO_WHOLE_NUMBERS.test(text)) return undefined;
  const bare = text.replace(BRACKETS, "$1").replace(DECIMAL_COMMAS, "$1.$2;$4.$5");
  for (const pattern of PAIRS) {
    const found = pattern.exec(bare);
    if (!found) continue;
    const first = angleOf(found.slice(1, 6));
    const second = angleOf(found.slice(6, 11));
    if (!first || !second) continue;
    // A pair whose letters do not say otherwise begins with the latitude.
    const isTurned = first.axis === "EW" || second.axis === "NS";
    const [north, east] = isTurned ? [second, first] : [first, second];
    if (north.axis === "EW" || east.axis === "NS") return undefined;
    if (Math.abs(north.degrees) > 90 || Math.abs(east.degrees) > 180) return undefined;
    return {
      latitude: north.degrees,
      longitude: east.degrees,
      accuracyMeters: halfOf(Math.min(north.unit, east.unit)),
    };
  }
  return undefined;
}

interface Angle {
  readonly degrees: number;
  readonly axis: "NS" | "EW" | undefined;
  /** What the last digit is worth, in degrees. */
  readonly unit: number;
}

function angleOf([before, degrees = "", minutes, seconds, behind]: readonly (string | undefined)[]):
  | Angle
  | undefined {
  const letter = (before || behind || "").toUpperCase();
  const isFine = minutes !== undefined || seconds !== undefined;
  if (isFine && degrees.includes(".")) return undefined;
  if (Number(minutes ?? 0) >= 60 || Number(seconds ?? 0) >= 60) return undefined;
  const isNegative = degrees.startsWith("-");
  if (isNegative && (letter === "N" || letter === "E")) return undefined;
  const size = Math.abs(Number(degrees)) + Number(minutes ?? 0) / 60 + Number(seconds ?? 0) / 3_600;
  const sign = isNegative || letter === "S" || letter === "W" ? -1 : 1;
  return {
    // Not minus zero, which JSON does not know; and no more digits than a metre needs.
    degrees: isFine ? Number((sign * size).toFixed(6)) + 0 : sign * size + 0,
    axis: letter === "" ? undefined : "NS".includes(letter) ? "NS" : "EW",
    unit:
      seconds !== undefined
        ? unitOf(seconds) / 3_600
        : minutes !== undefined
          ? unitOf(minutes) / 60
          : unitOf(degrees),
  };
}

const PLUS_CODE = /^([2-9CFGHJMPQRVWX]{8})\+([2-9CFGHJMPQRVWX]{2})[2-9CFGHJMPQRVWX]?$/i;
const PLUS_DIGITS = "23456789CFGHJMPQRVWX";

/** The middle of the area of a full code, to its tenth digit: some 14 m. @see https://github.com/google/open-location-code */
function ofPlusCode(text: string): WrittenPoint | undefined {
  const [, area, rest] = PLUS_CODE.exec(text) ?? [];
  if (area === undefined || rest === undefined) return undefined;
  const digits = [...(area + rest).toUpperCase()].map((digit) => PLUS_DIGITS.indexOf(digit));
  let [latitude, longitude, size] = [-90, -180, 400];
  for (let at = 0; at < digits.length; at += 2) {
    size /= 20;
    latitude += digits[at]! * size;
    longitude += digits[at + 1]! * size;
  }
  if (latitude >= 90 || longitude >= 180) return undefined;
  const middle = (degrees: number) => Number((degrees + size / 2).toFixed(6));
  return {
    latitude: middle(latitude),
    longitude: middle(longitude),
    accuracyMeters: halfOf(size),
  };
}

/** What the last digit of a number is worth. */
function unitOf(number: string): number {
  return 10 ** -(/\.(\d*)$/.exec(number)?.[1]?.length ?? 0);
}

function halfOf(degrees: number): number {
  return Math.max(ACCURACY_FLOOR_METERS, Math.round((METERS_A_DEGREE / 2) * degrees));
}
