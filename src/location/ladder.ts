import type { Caller } from "../caller.ts";
import type { Config } from "../config/config.ts";
import { CallerError } from "../errors.ts";
import { accuracyOf } from "../gazetteer/degrees.ts";
import { saysHere } from "../gazetteer/here-words.ts";
import type { NamedPlace, NameHints, Resolve } from "../gazetteer/resolve.ts";
import type { Point } from "../geo/point.ts";
import { inverseGeodesic } from "../geodesic.ts";
import { logLine } from "../observe/log.ts";
import { mayLieIn, territoryOf } from "../territory.ts";
import { plainText } from "../text/plain-text.ts";
import { answerOf, askWhere, namesPlace, type UserAnswer } from "./ask.ts";
import { type HostHint, hintOf, networkHintOf } from "./hints.ts";
import { type LocationInput, pointOf } from "./input.ts";
import type { Location } from "./location.ts";
import { type MemoryOwner, memoryOwner, memoryOwners } from "./owner.ts";
import { networkOf, whyNotHere } from "./relay-detection.ts";

/** What the ladder needs of a deployment. */
export interface LadderServices {
  /** Looks up a text that names a place. */
  readonly resolve: Resolve;
  readonly memory: LocationMemory;
  readonly config: Pick<Config, "relays" | "openaiRanges" | "defaultLocation">;
}

/** What callers have asked to be remembered. */
export interface LocationMemory {
  /** After so long without use a location is forgotten. */
  readonly ttlSeconds: number;
  /** A text that nobody can guess, to pass back. */
  newHandle(): string;
  recall(owner: MemoryOwner): Promise<Location | undefined>;
  remember(owner: MemoryOwner, location: Location): Promise<void>;
  /** Whether there was anything to forget. */
  forget(owner: MemoryOwner): Promise<boolean>;
}

/** A network address tells the region of a city, not more. */
const NETWORK_ACCURACY_METERS = 50_000;
/** Of a mobile carrier, or a satellite, it tells where the network meets the others; without a city, a whole country. */
const ROUGH_NETWORK_ACCURACY_METERS = 300_000;
/** Hosts tell a part of a city. */
const HOST_ACCURACY_METERS = 10_000;
/** As far from the middle of a city its parts, and the towns around that go by its name, may be. */
const CITY_METERS = 150_000;

/** How a tool takes the name of a place. */
export interface NameTaking {
  /** Its argument for the name. */
  readonly argument: string;
  /** Whether a name beside coordinates must be that of a place there; else it does not count beside them. */
  readonly mustFit: boolean;
}
const AS_NEAR: NameTaking = { argument: "near", mustFit: false };

/**
 * Where "here" is: the first rung of the ladder that knows. Arguments, what the caller had remembered, the
 * host's hints, the network address unless it is a relay's, the deployment's default; else the user is asked.
 *
 * @throws CallerError, or UserQuestion, that says what to pass.
 */
export async function locate(
  asked: LocationInput,
  caller: Caller,
  services: LadderServices,
  { argument, mustFit }: NameTaking = AS_NEAR,
): Promise<Location> {
  const { config, memory } = services;
  const given = pointOf(asked);
  if (given) return mustFit ? byBoth(given, asked.near ?? "", services) : describeGiven(given);

  const notHere = whyNotHere(caller, config);
  const hint = hintOf(caller);
  const networkHint = notHere === undefined ? networkHintOf(caller) : {};

  const answer = answerOf(caller);
  if (answer) {
    const location = await byAnswer(answer, caller, services, argument);
    const owner = memoryOwner(caller, asked.session, config);
    if (owner) await rememberFor(owner, location, asked.session, memory);
    return location;
  }
  if (asked.near !== undefined && !saysHere(asked.near)) {
    return byName(asked.near, "near", caller, services, argument);
  }

  for (const owner of memoryOwners(caller, asked.session, config)) {
    const remembered = await memory.recall(owner);
    if (!remembered) continue;
    const isOther = asked.session !== undefined && owner.kind !== "handle";
    const note = [
      remembered.note,
      isOther && `${SESSION_OVER} This is what the user had remembered.`,
    ]
      .filter(Boolean)
      .join(" ");
    return { ...remembered, source: "remembered", ...(note && { note }) };
  }

  const hinted = hint && (await byHint(hint, services));
  const notes = [
    asked.session !== undefined && SESSION_OVER,
    hint?.point && !hinted && "What the app says of the location contradicts itself.",
    caller.cf?.latitude !== undefined && notHere,
  ].filter(Boolean);

  const rung = hinted ?? byNetwork(networkHint, caller, argument) ?? (await byDefault(services));
  const why = [NOT_KNOWN.why, ...notes].join(" ");
  if (!rung) askWhere({ ...NOT_KNOWN, why, argument }, caller);
  const note = [rung.note, ...notes].filter(Boolean).join(" ");
  return { ...rung, ...(note && { note }) };
}

/** Coordinates as they were given, and what follows from them. */
export function describeGiven(point: Point): Location {
  return describe(point, { source: "arguments", accuracy_meters: accuracyOf(point) });
}

/**
 * Remembers a location for somebody who passed a handle, if they did. Of somebody who is known by other means the new place
 * counts, not what the handle stood for before.
 */
export async function rememberFor(
  owner: MemoryOwner,
  location: Location,
  handle: string | undefined,
  memory: LocationMemory,
): Promise<void> {
  await memory.remember(owner, location);
  if (handle !== undefined && owner.kind !== "handle") {
    await memory.forget({ kind: "handle", id: handle });
  }
}

const SESSION_OVER = "Nothing is remembered under this session any more.";

const NOT_KNOWN = {
  why: "It is not known where the user is.",
  message: "I do not know where you are. Where should I look?",
  isOfUser: true,
};

/** The place that a text names. @throws CallerError, or UserQuestion where only the user can tell. */
export async function byName(
  text: string,
  source: "near" | "asked",
  caller: Caller,
  { resolve, config }: Pick<LadderServices, "resolve" | "config">,
  argument?: string,
): Promise<Location> {
  const { place, doubt } = await resolve(text, nameHintsOf(caller, config));
  if (place) return describeNamed(place, source);
  const { problem, choices, ask } = doubt;
  if (!ask && source === "near") {
    throw new CallerError(
      `${problem} Check the spelling, name a larger place nearby, or pass "latitude" and "longitude".`,
    );
  }
  const question = choices.length > 0 ? "Which one do you mean?" : "Where should I look?";
  const words = { why: problem, message: `${problem} ${question}` };
  return askWhere({ ...words, choices, ...(argument && { argument }) }, caller);
}

/** Coordinates with a name. @throws CallerError if it is that of a place elsewhere: nobody can say which of them is meant */
async function byBoth(
  point: Point,
  name: string,
  { resolve }: Pick<LadderServices, "resolve">,
): Promise<Location> {
  const location = describeGiven(point);
  if (name === "" || saysHere(name)) return location;
  const { country } = territoryOf(point);
  const { place, doubt } = await resolve(name, { point, country });
  const quoted = `"${plainText(name)}"`;
  const meant = place ? [place] : doubt.namesakes;
  if (meant.length === 0) {
    const note = `It is not clear what ${quoted} stands for: the coordinates were taken.`;
    return { ...location, note };
  }
  if (meant.some((one) => isNear(one, point))) return location;
  if (!place) {
    throw new CallerError(
      `${quoted} stands for several places, of which none is near the coordinates: pass the one or the other.`,
    );
  }
  const km = Math.round(inverseGeodesic(place, point).distanceMeters / 1_000);
  throw new CallerError(
    `${quoted} stands for ${place.label ?? "a point"}, which is ${km} km from the coordinates: pass the one or the other.`,
  );
}

/** The place that a text names, for whoever cannot ask: of several of a name the most prominent. */
export interface Named {
  readonly location: Location;
  /** The others of that name that have a fortieth of its people or more, each as a text that names it. */
  readonly others: readonly string[];
}

/** The same for every caller. @throws CallerError if the text names no place */
export async function byNameAlone(
  text: string,
  { resolve }: Pick<LadderServices, "resolve">,
): Promise<Named> {
  const { place, others, doubt } = await resolve(text, {});
  const places = place ? [place, ...others] : doubt.namesakes;
  const [foremost] = places;
  if (foremost) {
    return { location: describeNamed(foremost, "near"), others: namesOf(places).slice(1) };
  }
  throw new CallerError(`${doubt?.problem} Name a city, or "latitude,longitude".`);
}

/** A text for each place that names it: of two in one region only the point tells the second. */
function namesOf(places: readonly NamedPlace[]): string[] {
  const taken = new Set<string>();
  return places.map(({ label, latitude, longitude }) => {
    if (label === undefined || taken.has(label)) return `${latitude}, ${longitude}`;
    taken.add(label);
    return label;
  });
}

/** What the user answers to a question names. @throws as byName */
export function byAnswer(
  answer: UserAnswer,
  caller: Caller,
  services: Pick<LadderServices, "resolve" | "config">,
  argument?: string,
): Promise<Location> {
  if (!namesPlace(answer)) askWhere({ ...NOT_KNOWN, argument }, caller);
  return byName(answer.text, "asked", caller, services, argument);
}

/** Where the user seems to be, which settles what a name means where nothing else does. */
function nameHintsOf(caller: Caller, config: LadderServices["config"]): NameHints {
  const hint =
    hintOf(caller) ?? (whyNotHere(caller, config) === undefined ? networkHintOf(caller) : {});
  const point = pointWithin(hint);
  if (point) return { point, country: territoryOf(point).country };
  // Some hosts tell a country's name; only its code is a hint.
  return /^[A-Z]{2}$/.test(hint.country ?? "") ? { country: hint.country } : {};
}

/**
 * What a hint says as far as it agrees with itself. One that names only a country, or a region, is not a "here", and
 * neither is one whose point and names are in different parts of the world: nobody can say which of them is true.
 */
async function byHint(hint: HostHint, services: LadderServices): Promise<Location | undefined> {
  const { city, country } = hint;
  const point = pointWithin(hint);
  const { place, ...names } = city ? await cityOf(city, hint, point, services) : {};
  if (!point) {
    return place && (!country || mayLieIn(place, country))
      ? describeNamed(place, "host")
      : undefined;
  }
  const known = { source: "host", accuracy_meters: HOST_ACCURACY_METERS } as const;
  const meant = [point, exchanged(point)].find((candidate) => {
    return candidate && (!place || isNear(place, candidate));
  });
  if (meant) return describe(meant, { ...known, ...names });
  return country ? describe(point, known) : undefined;
}

/** The point of a hint, if it may lie in the hint's country, also where latitude and longitude are exchanged. */
function pointWithin({ point, country }: HostHint): Point | undefined {
  if (!point || !country) return point;
  return [point, exchanged(point)].find((candidate) => candidate && mayLieIn(candidate, country));
}

function exchanged({ latitude, longitude }: Point): Point | undefined {
  return Math.abs(longitude) <= 90 ? { latitude: longitude, longitude: latitude } : undefined;
}

function isNear(place: NamedPlace, point: Point): boolean {
  return inverseGeodesic(place, point).distanceMeters <= CITY_METERS + place.accuracyMeters;
}

/**
 * The city that a hint names, and its names. If none is known in that region and country, which may be wrong, one of
 * that name anywhere, in the region where it is known to be.
 */
async function cityOf(
  city: string,
  { region, country }: HostHint,
  point: Point | undefined,
  { resolve }: LadderServices,
): Promise<{ place?: NamedPlace; city: string; region?: string }> {
  const names = { city, ...(region && { region }) };
  const text = [city, region, country].filter(Boolean).join(", ");
  const { place } = await resolve(text, { country, point });
  if (place && place.matched !== "part") return { place, ...names };
  if (!point || text === city) return names;
  const { place: elsewhere } = await resolve(city, { country: territoryOf(point).country, point });
  if (!elsewhere || elsewhere.matched === "part") return names;
  return { place: elsewhere, ...names, ...(elsewhere.region && { region: elsewhere.region }) };
}

function byNetwork(
  { point, city, region, country }: HostHint,
  caller: Caller,
  argument: string,
): Location | undefined {
  if (!point || (country && !mayLieIn(point, country))) return undefined;
  const kind = networkOf(caller);
  const isRough = !city || kind === "mobile" || kind === "satellite";
  const accuracy = isRough ? ROUGH_NETWORK_ACCURACY_METERS : NETWORK_ACCURACY_METERS;
  const page = caller.herePage ? `, or the session that they get on ${caller.herePage}` : "";
  return describe(point, {
    source: "network",
    accuracy_meters: accuracy,
    ...(city && { city }),
    ...(region && { region }),
    note: `The location is guessed from the network address, to some ${accuracy / 1_000} km or worse: say so, or ask the user and pass ${argument}${page}.`,
  });
}

async function byDefault({ config, resolve }: LadderServices): Promise<Location | undefined> {
  if (config.defaultLocation === undefined) return undefined;
  const { place } = await resolve(config.defaultLocation, {});
  if (!place) {
    // Whoever deployed this can mend it. Until then users are asked, as without a default.
    logLine("setting", { setting: "DEFAULT_LOCATION", problem: "names no place that is known" });
    return undefined;
  }
  const note = "Where the user is, is not known: this is the default location of this server.";
  return { ...describeNamed(place, "default"), note };
}

function describeNamed(place: NamedPlace, source: Location["source"]): Location {
  const { latitude, longitude, label, city, region, matched, accuracyMeters, note } = place;
  return describe(
    { latitude, longitude },
    {
      source,
      matched,
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
  { label, source, matched, accuracy_meters, note, ...names }: Known,
): Location {
  const territory = territoryOf(point);
  return {
    ...point,
    label: label ?? labelOf({ ...point, ...names, ...territory }),
    ...names,
    ...territory,
    source,
    ...(matched && { matched }),
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
}: Omit<Location, "label" | "source" | "matched" | "accuracy_meters">) {
  const names = [city, region === city ? undefined : region, country].filter(Boolean);
  return city || region ? names.join(", ") : `${latitude}, ${longitude}`;
}
