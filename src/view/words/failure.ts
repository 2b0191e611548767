import { forPeople, sentencesOf } from "./for-people.ts";
import { kindOf } from "./kind.ts";

/** Why there is no answer, for the person who waits for it. */
export interface Failure {
  readonly heading: string;
  readonly why: string;
  /** Whether another place is an answer to it. */
  readonly isAboutPlace: boolean;
  /** Whether the same may be found, open or not. */
  readonly isAboutHours: boolean;
  /** Whether the same question may be answered later. */
  readonly mayPass: boolean;
  /** The places that may be meant, each a text that names one. */
  readonly choices: readonly string[];
}

const NOT_KNOWN = /^It is not known where the user is\./;
/** The tool has asked the user, who has not said it. */
const NOT_SAID = /^The user (?:was asked|has gone)/;
const WHERE_UNKNOWN = "It is not known where you are.";
/** What the tool says of a place is for anybody, without its advice. */
const OF_PLACE =
  /^(?:No place called |The postal code |".*?" (?:is no point|is too large|does not say))/;
const NO_HOURS = /^The places of this server have no opening hours:/;
const OVERLOADED = /^Too many requests|at the moment/;
/** The input that a failure begins with, alone or as the first of several. */
const INPUT = /^(?:The input of .*\n- (?=\w+:)|")(\w+)/;
/** What may be wrong with one. */
const WRONG: Readonly<Record<string, string>> = {
  category: "There are no places of that kind here.",
  collection: "There is no collection of that name here.",
  cursor: "The places have changed meanwhile: search again.",
  filter: "The filter does not fit what is known of the places here.",
  latitude: "That is no point on earth.",
  longitude: "That is no point on earth.",
  near: "The name of the place is too long.",
  open_at: "That is no time.",
  query: "The text is too long.",
  radius: "The radius has to be more than zero, and at most half the earth.",
};
const NOT_KNOWN_OPEN = "It is not known here what is open.";
const BUSY = "The server is busy. Try again in a few seconds.";
const NOT_ANSWERED = "The question could not be answered as it was asked.";
const BY_HOST = /share their location with the app/;
const LET_KNOW = "Let this app know where you are, and ask again.";
const TELL = "Tell the assistant a town, a station or an airport.";
const SEVERAL = /^There are several places called "(.*?)": (.+?)\.$/;

const OF_A_PLACE = { isAboutPlace: true, isAboutHours: false, mayPass: true, choices: [] } as const;

/**
 * @param text what the tool says, to the model
 * @param isAskable whether another place can be named here
 */
export function failureOf(text: string, isAskable: boolean): Failure {
  // Names may have full stops in them: the longest text that ends where the advice begins.
  const [beginning = ""] = text.split(/(?<=\.) (?=Ask the user|Do not ask|Check the spelling)/);
  const [, name, places] = SEVERAL.exec(beginning) ?? [];
  const instead = isAskable ? "" : BY_HOST.test(text) ? LET_KNOW : TELL;
  if (name !== undefined && places) {
    const why = `There are several places called “${name}”`;
    const which = isAskable ? `${why}.` : `${why}: ${places}. ${instead}`;
    const choices = places.split("; ");
    return { ...OF_A_PLACE, heading: `Which “${name}”?`, why: which, choices };
  }
  const problem = aboutPlace(text);
  if (problem === undefined) {
    return { heading: "That did not work", isAboutPlace: false, choices: [], ...otherwise(text) };
  }
  const why = [problem, instead].filter(Boolean).join(" ");
  return { ...OF_A_PLACE, heading: "Where should I look?", why };
}

function aboutPlace(text: string): string | undefined {
  if (NOT_SAID.test(text)) return WHERE_UNKNOWN;
  if (OF_PLACE.test(text)) return forPeople(text);
  if (!NOT_KNOWN.test(text)) return undefined;
  const more = sentencesOf(text).slice(1).join(" ");
  return [WHERE_UNKNOWN, forPeople(more)].filter(Boolean).join(" ");
}

/** In words of our own: the tool's are about its input. */
function otherwise(text: string): Pick<Failure, "why" | "isAboutHours" | "mayPass"> {
  const isAboutHours = NO_HOURS.test(text);
  if (isAboutHours) return { why: NOT_KNOWN_OPEN, isAboutHours, mayPass: false };
  if (OVERLOADED.test(text)) return { why: BUSY, isAboutHours, mayPass: true };
  const [, input = ""] = INPUT.exec(text) ?? [];
  const wrong = WRONG[input];
  return { why: wrong ?? NOT_ANSWERED, isAboutHours, mayPass: wrong === undefined };
}

/** An answer of which only the words are there, line by line. */
export function linesOf(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line.trim() && !/^More: call again/.test(line))
    .map((line) => (line.startsWith("Note: ") ? forPeople(line.slice(6)) : placeLine(line)))
    .filter(Boolean);
}

/** "2. Lyon Bron (aeroway/aerodrome/medium, FR), 8 km east [airports.LFLY]", without what is for get_place. */
function placeLine(line: string): string {
  const [, place = line, more = ""] = /^(\d+\..*) \[[^\]\s]+\](?= — |$)(.*)/.exec(line) ?? [];
  return place.replace(/\(([\p{L}\p{N}_/-]+)(?=[,)])/u, (_, path) => `(${kindOf(path)}`) + more;
}
