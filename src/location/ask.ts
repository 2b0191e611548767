import type { Caller } from "../caller.ts";
import { CallerError, UserQuestion } from "../errors.ts";
import { saysHere } from "../gazetteer/here-words.ts";

/** One field for each time that the user is asked, so that an answer says how often that was. */
const FIELDS = ["location", "location_again"] as const;

/** What is offered besides the places that a text may mean. */
const ELSEWHERE = "Somewhere else";

/** What the user said when asked for the location. */
export interface UserAnswer {
  /** "" where they would not say. */
  readonly text: string;
}

/** Undefined where nobody has asked. */
export function answerOf(caller: Caller): UserAnswer | undefined {
  const field = lastField(caller);
  return field === undefined ? undefined : { text: (caller.answers.get(field) ?? "").trim() };
}

function lastField({ answers }: Caller): string | undefined {
  return FIELDS.findLast((field) => answers.has(field));
}

/** Whether an answer names a place, or may. */
export function namesPlace({ text }: UserAnswer): boolean {
  return text !== ELSEWHERE && !saysHere(text);
}

/** How a model tells a place to tools that take one, and to those that do not. */
const byArguments = (argument: string) =>
  `Ask the user where to look, then call again with "${argument}" (a place name such as "Lyon" or "Gare de Lyon, Paris", or "latitude,longitude"), or with "latitude" and "longitude".`;
const BY_HOST =
  "Ask the user to share their location with the app, then call again; this tool takes no place.";

/** What the user is to be asked. */
export interface Question {
  /** What is not known, in a sentence for the model. */
  readonly why: string;
  /** The same for the user. */
  readonly message: string;
  /** The places that may be meant. */
  readonly choices?: readonly string[];
  /** The tool's argument for the name of a place. */
  readonly argument?: string | undefined;
}

/**
 * Has the user asked where they are, or which of several places they mean: twice at most.
 *
 * @throws UserQuestion; CallerError if the user would not say, or was asked twice
 */
export function askWhere(question: Question, caller: Caller): never {
  const { why, message, choices = [], argument = "near" } = question;
  if (answerOf(caller)?.text === "") {
    throw new CallerError(
      "The user was asked for the location and did not tell it. Do not ask again for now; say that a place or coordinates are needed to look around.",
    );
  }
  const last = lastField(caller);
  const field = last === undefined ? FIELDS[0] : FIELDS[1];
  if (last === FIELDS.at(-1)) {
    throw new CallerError(
      `The user was asked twice and named no place that is known. ${why} Do not ask again for now; say that a city, station, airport or postal code is needed to look around.`,
    );
  }
  const recovery = caller.isLocatedByHost ? BY_HOST : byArguments(argument);
  throw new UserQuestion(`${why} ${recovery}`, {
    field,
    title: "Location",
    hint: "City, station, airport or postal code",
    message,
    choices: choices.length > 0 ? [...choices, ELSEWHERE] : [],
  });
}
