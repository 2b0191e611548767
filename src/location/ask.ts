import type { Caller } from "../caller.ts";
import { CallerError, UserQuestion } from "../errors.ts";

const FIELD = "location";

/** What the user said when asked for the location: undefined where nobody asked, "" where they would not say. */
export function answerOf({ answers }: Caller): string | undefined {
  return answers.has(FIELD) ? (answers.get(FIELD) ?? "").trim() : undefined;
}

/** How a model tells a place to tools that take one, and to those that do not. */
const BY_ARGUMENTS =
  'Ask the user where to look, then call again with "near" (a place name such as "Lyon" or "Gare de Lyon, Paris", or "latitude,longitude"), or with "latitude" and "longitude".';
const BY_HOST =
  "Ask the user to share their location with the app, then call again; this tool takes no place.";

/**
 * Has the user asked where they are, or which of several places they mean.
 *
 * @param why what is not known, in a sentence that both the user and the model can read
 * @throws UserQuestion; CallerError if the user was asked already and would not say
 */
export function askWhere(why: string, caller: Caller): never {
  if (answerOf(caller) === "") {
    throw new CallerError(
      "The user was asked for the location and did not tell it. Do not ask again for now; say that a place or coordinates are needed to look around.",
    );
  }
  const recovery = caller.isLocatedByHost ? BY_HOST : BY_ARGUMENTS;
  throw new UserQuestion(`${why} ${recovery}`, {
    field: FIELD,
    title: "Location",
    hint: "City, address or latitude,longitude",
    message: `${why} Where should I look?`,
  });
}
