import type { Caller } from "../caller.ts";
import { CallerError, type Form, type Page, UserQuestion } from "../errors.ts";
import { saysHere } from "../gazetteer/here-words.ts";

/** One field for each time that the user is asked, so that an answer says how often that was. */
const FIELDS = ["location", "location_again"] as const;
/** The answer to this one says whether the user has gone to the page. */
const PAGE_FIELD = "location_page";

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
const byPage = (url: string) =>
  ` Or ask the user to share their location on ${url} and to paste the sentence that it shows, and pass its "session".`;
const BY_HOST =
  "Ask the user to share their location with the app, then call again; this tool takes no place.";

const NOT_TOLD =
  "The user was asked for the location and did not tell it. Do not ask again for now; say that a place or coordinates are needed to look around.";

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
  /** Whether it is where the user is that is not known, which a device can tell. */
  readonly isOfUser?: boolean;
}

/**
 * Has the user asked where they are, or which of several places they mean. Where they are, a device can tell: by the page first,
 * where the client can open one. Whoever does not want that, or has no such client, is shown a form, twice at most.
 *
 * @throws UserQuestion; CallerError if the user would not say, was asked twice, or has gone to the page
 */
export function askWhere(question: Question, caller: Caller): never {
  const { why, message, choices = [], argument = "near", isOfUser = false } = question;
  const answer = answerOf(caller);
  // Where there is no page nobody can have been sent there.
  const wasSentToPage = caller.herePage !== undefined && caller.answers.has(PAGE_FIELD);
  if (wasSentToPage && caller.answers.get(PAGE_FIELD) !== undefined) {
    throw new CallerError(
      `The user has gone to ${caller.herePage} to share their location. Wait until they paste the sentence that it shows, then call again with its "session"; or ask them for a place.`,
    );
  }
  if (answer?.text === "") throw new CallerError(NOT_TOLD);
  const isHere = answer === undefined || saysHere(answer.text);
  const page =
    isOfUser && isHere && caller.herePage !== undefined && !wasSentToPage
      ? pageAt(caller.herePage)
      : undefined;
  const last = lastField(caller);
  if (last === FIELDS.at(-1)) {
    const words = `The user was asked twice and named no place that is known. ${why} Do not ask again for now; say that a city, station, airport or postal code is needed to look around.`;
    throw page ? new UserQuestion(words, [page]) : new CallerError(words);
  }
  const form: Form = {
    field: last === undefined ? FIELDS[0] : FIELDS[1],
    title: "Location",
    hint: "City, station, airport or postal code",
    message,
    choices: choices.length > 0 ? [...choices, ELSEWHERE] : [],
  };
  if (wasSentToPage) throw new UserQuestion(NOT_TOLD, [form]);
  const recovery = byArguments(argument) + (page ? byPage(page.url) : "");
  throw new UserQuestion(
    `${why} ${caller.isLocatedByHost ? BY_HOST : recovery}`,
    page ? [page, form] : [form],
  );
}

function pageAt(url: string): Page {
  return {
    field: PAGE_FIELD,
    url,
    message:
      "I do not know where you are. On this page you can share your location; it gives you a sentence to paste into this chat.",
  };
}
