import type { Caller } from "../caller.ts";
import { CallerError } from "../errors.ts";
import { accuracyOf, toReportedPoint } from "../gazetteer/degrees.ts";
import type { NamedPlace, Resolve } from "../gazetteer/resolve.ts";
import type { Point } from "../geo/point.ts";
import { territoryOf } from "../territory.ts";
import { plainText } from "../text/plain-text.ts";
import { answerOf, askWhere } from "./ask.ts";
import { type HostHint, hintOf } from "./hints.ts";
import type { Location } from "./location.ts";
import { type MemoryKey, memoryKeyOf } from "./owner.ts";
import { type RelaySettings, relayOf } from "./relay-detection.ts";

/** What the arguments of a call say about where. */
export interface Asked {
  readonly latitude?: number | undefined;
  readonly longitude?: number | undefined;
  /** A place name, or "latitude,longitude". */
  readonly near?: string | undefined;
  /** A handle that set_location gave. */
  readonly session?: string | undefined;
  /** What a model can do where nothing is known, if the tool takes none of these. */
  readonly wayOut?: string | undefined;
}

export interface LocationSettings extends RelaySettings {
  /** Where callers are taken to be of whom nothing is known: a place name, or "latitude,longitude". */
  readonly defaultLocation?: string | undefined;
}

/** What the ladder needs of a deployment. */
export interface LocationServices {
  /** Looks up a text that names a place. */
  readonly resolve: Resolve;
  readonly memory: {
    recall(key: MemoryKey): Promise<Location | undefined>;
    remember(key: MemoryKey, location: Location): Promise<void>;
  };
  readonly locationSettings: LocationSettings;
}

/** A network address tells the region of a city, not more. */
const NETWORK_ACCURACY_METERS = 50_000;
/** Hosts tell a part of a city. */
const HOST_ACCURACY_METERS = 10_000;

/**
 * Where "here" is: the first rung of the ladder that knows. Arguments, what the caller had remembered, the
 * host's hints, the network address unless it is a relay's, the deployment's default; else the user is asked.
 *
 * @throws CallerError, or UserQuestion, that says what to pass.
 */
export async function locate(
  asked: Asked,
  caller: Caller,
  services: LocationServices,
): Promise<Location> {
  const { locationSettings: settings } = services;
  const given = pointOf(asked);
  if (given) return describeGiven(given);

  const relay = relayOf(caller, settings);
  const hint = hintOf(caller);
  const country = hint?.country ?? (relay === undefined ? caller.cf?.country : undefined);
  const key = memoryKeyOf(caller, asked.session, settings);

  const answer = answerOf(caller);
  if (answer) {
    const location = await byName(answer, "asked", country, caller, services);
    if (key) await services.memory.remember(key, location);
    return location;
  }
  if (asked.near !== undefined) return byName(asked.near, "near", country, caller, services);

  const remembered = key && (await services.memory.recall(key));
  if (remembered) return { ...remembered, source: "remembered" };

  const notes = [
    asked.session !== undefined && "Nothing is remembered under this session any more.",
    relay !== undefined &&
      caller.cf?.latitude !== undefined &&
      `The request came through ${relay}: its network address does not tell where the user is and was ignored.`,
  ].filter((note) => note !== false);

  const rung =
    (hint && (await byHint(hint, services))) ??
    (relay === undefined ? byNetwork(caller) : undefined) ??
    (await byDefault(settings, services));
  if (!rung) {
    const why = ["It is not known where the user is.", ...notes].join(" ");
    return askWhere(why, caller, asked.wayOut);
  }
  const note = [rung.note, ...notes].filter(Boolean).join(" ");
  return { ...rung, ...(note && { note }) };
}

/** The point in the arguments, if they have one. */
export function pointOf({ latitude, longitude }: Asked): Point | undefined {
  if (latitude !== undefined && longitude !== undefined) return { latitude, longitude };
  if (latitude === undefined && longitude === undefined) return undefined;
  const missing = latitude === undefined ? "latitude" : "longitude";
  throw new CallerError(
    `"${missing}" is missing: pass latitude and longitude together, or neither.`,
  );
}

/** Coordinates as they were given, and what follows from them. */
export function describeGiven(point: Point): Location {
  return describe(point, { source: "arguments", accuracy_meters: accuracyOf(point) });
}

/** The place that a text names. @throws CallerError, or UserQuestion where only the user can tell. */
export async function byName(
  text: string,
  source: "near" | "asked",
  country: string | undefined,
  caller: Caller,
  { resolve }: Pick<LocationServices, "resolve">,
): Promise<Location> {
  const outcome = await resolve(text, { country });
  if (outcome.place) return describeNamed(outcome.place, source);
  if (outcome.ask || source === "asked") return askWhere(outcome.problem, caller);
  throw new CallerError(outcome.problem);
}

/** A hint that names only a country, or a region, is not a "here". */
async function byHint(
  hint: HostHint,
  { resolve }: LocationServices,
): Promise<Location | undefined> {
  const { point, city, region, country } = hint;
  if (point) {
    const known = { source: "host", accuracy_meters: HOST_ACCURACY_METERS } as const;
    return describe(point, { ...known, ...(city && { city }), ...(region && { region }) });
  }
  if (!city) return undefined;
  const name = [city, region, country].filter(Boolean).join(", ");
  const { place } = await resolve(name, { country });
  return place && describeNamed(place, "host");
}

function byNetwork({ cf }: Caller): Location | undefined {
  const point = toReportedPoint(cf?.latitude, cf?.longitude);
  if (!cf || !point) return undefined;
  const city = plainText(cf.city ?? "");
  const region = plainText(cf.region ?? "");
  return describe(point, {
    source: "network",
    accuracy_meters: NETWORK_ACCURACY_METERS,
    ...(city && { city }),
    ...(region && { region }),
    note: `The location is guessed from the network address, to some ${NETWORK_ACCURACY_METERS / 1_000} km or worse: say so, or ask the user and pass near.`,
  });
}

async function byDefault(
  { defaultLocation }: LocationSettings,
  { resolve }: LocationServices,
): Promise<Location | undefined> {
  if (!defaultLocation?.trim()) return undefined;
  const { place, problem } = await resolve(defaultLocation, {});
  // Whoever deployed this can mend it, and nobody else: it is a failure of ours.
  if (!place) throw new Error(`DEFAULT_LOCATION names no place: ${problem}`);
  const note = "Where the user is, is not known: this is the default location of this server.";
  return { ...describeNamed(place, "default"), note };
}

function describeNamed(place: NamedPlace, source: Location["source"]): Location {
  const { latitude, longitude, label, city, region, accuracyMeters, note } = place;
  return describe(
    { latitude, longitude },
    {
      source,
      accuracy_meters: accuracyMeters,
      ...(label && { label }),
      ...(city && { city }),
      ...(region && { region }),
      ...(note && { note }),
    },
  );
}

type Known = Omit<Location, "latitude" | "longitude" | "label" | "country" | "timezone"> & {
  readonly label?: string;
};

/** Country and time zone come from the coordinates, whatever else is known. */
function describe(
  point: Point,
  { label, source, accuracy_meters, note, ...names }: Known,
): Location {
  const territory = territoryOf(point);
  return {
    ...point,
    label: label ?? labelOf({ ...point, ...names, ...territory }),
    ...names,
    ...territory,
    source,
    accuracy_meters,
    ...(note && { note }),
  };
}

function labelOf({
  latitude,
  longitude,
  city,
  region,
  country,
}: Omit<Location, "label" | "source" | "accuracy_meters">) {
  const names = [city, region === city ? undefined : region, country].filter(Boolean);
  return city || region ? names.join(", ") : `${latitude}, ${longitude}`;
}
