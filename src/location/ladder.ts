import type { Caller } from "../caller.ts";
import type { Config } from "../config.ts";
import { CallerError } from "../errors.ts";
import { accuracyOf, toReportedPoint } from "../gazetteer/degrees.ts";
import { saysHere } from "../gazetteer/here-words.ts";
import type { NamedPlace, NameHints, Resolve } from "../gazetteer/resolve.ts";
import type { Point } from "../geo/point.ts";
import { logLine } from "../observe/log.ts";
import { territoryOf } from "../territory.ts";
import { plainText } from "../text/plain-text.ts";
import { answerOf, askWhere, namesPlace, type UserAnswer } from "./ask.ts";
import { type HostHint, hintOf } from "./hints.ts";
import { type LocationInput, pointOf } from "./input.ts";
import type { Location } from "./location.ts";
import { type MemoryOwner, memoryOwner } from "./owner.ts";
import { relayOf } from "./relay-detection.ts";

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
/** Hosts tell a part of a city. */
const HOST_ACCURACY_METERS = 10_000;

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
): Promise<Location> {
  const { config, memory } = services;
  const given = pointOf(asked);
  if (given) return describeGiven(given);

  const relay = relayOf(caller, config);
  const hint = hintOf(caller);
  const owner = memoryOwner(caller, asked.session, config);

  const answer = answerOf(caller);
  if (answer) {
    const location = await byAnswer(answer, caller, services);
    if (owner) await memory.remember(owner, location);
    return location;
  }
  if (asked.near !== undefined && !saysHere(asked.near)) {
    return byName(asked.near, "near", caller, services);
  }

  const remembered = owner && (await memory.recall(owner));
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
    (await byDefault(services));
  if (!rung) askWhere({ ...NOT_KNOWN, why: [NOT_KNOWN.why, ...notes].join(" ") }, caller);
  const note = [rung.note, ...notes].filter(Boolean).join(" ");
  return { ...rung, ...(note && { note }) };
}

/** Coordinates as they were given, and what follows from them. */
export function describeGiven(point: Point): Location {
  return describe(point, { source: "arguments", accuracy_meters: accuracyOf(point) });
}

const NOT_KNOWN = {
  why: "It is not known where the user is.",
  message: "I do not know where you are. Where should I look?",
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

/** What the user answers to a question names. @throws as byName */
export function byAnswer(
  answer: UserAnswer,
  caller: Caller,
  services: Pick<LadderServices, "resolve" | "config">,
): Promise<Location> {
  if (!namesPlace(answer)) askWhere(NOT_KNOWN, caller);
  return byName(answer.text, "asked", caller, services);
}

/** Where the user seems to be, which settles what a name means where nothing else does. */
function nameHintsOf(caller: Caller, config: LadderServices["config"]): NameHints {
  const hint = hintOf(caller);
  if (hint?.point) {
    return { point: hint.point, country: territoryOf(hint.point).country };
  }
  // Some hosts tell a country's name; only its code is a hint.
  if (hint?.country !== undefined)
    return /^[A-Z]{2}$/.test(hint.country) ? { country: hint.country } : {};
  const { cf } = caller;
  if (relayOf(caller, config) !== undefined) return {};
  return { country: cf?.country, point: toReportedPoint(cf?.latitude, cf?.longitude) };
}

/** A hint that names only a country, or a region, is not a "here". */
async function byHint(hint: HostHint, { resolve }: LadderServices): Promise<Location | undefined> {
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
