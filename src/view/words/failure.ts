import { forPeople, sentencesOf } from "./for-people.ts";
import { kindOf } from "./kind.ts";

/** Why there is no answer, for the person who waits for it. */
export interface Failure {
  readonly heading: string;
  readonly why: string;
  /** The places that may be meant, each a text that names one. */
  readonly choices: readonly string[];
}

const NOT_KNOWN = /^It is not known where the user is\./;
const BY_HOST = /share their location with the app/;
const LET_KNOW = "Let this app know where you are, and ask again.";
const TELL = "Tell the assistant a town, a station or an airport.";
const SEVERAL = /^There are several places called "(.*?)": (.+?)\.$/;

/**
 * @param text what the tool says, to the model
 * @param isAskable whether another place can be named here
 */
export function failureOf(text: string, isAskable: boolean): Failure {
  // Names may have full stops in them: the longest text that ends where the advice begins.
  const [problem = ""] = text.split(/(?<=\.) (?=Ask the user|Do not ask|Check the spelling)/);
  const [, name, places] = SEVERAL.exec(problem) ?? [];
  const instead = isAskable ? "" : BY_HOST.test(text) ? LET_KNOW : TELL;
  if (name !== undefined && places) {
    const why = `There are several places called “${name}”`;
    const which = isAskable ? `${why}.` : `${why}: ${places}. ${instead}`;
    return { heading: `Which “${name}”?`, why: which, choices: places.split("; ") };
  }
  const isNotKnown = NOT_KNOWN.test(text);
  const told = isNotKnown ? ["It is not known where you are.", afterFirst(text)] : [text];
  const why = [...told.map(forPeople), instead].filter(Boolean).join(" ");
  return { heading: "Where should I look?", why, choices: [] };
}

function afterFirst(text: string): string {
  return sentencesOf(text).slice(1).join(" ");
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
