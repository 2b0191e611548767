import { spokenBoolean } from "../../text/yes-no.ts";
import { withoutFence } from "../validity/fence.ts";
import { amountOf } from "./amount.ts";
import { areBracketsPaired, hasTuple } from "./brackets.ts";
import { dateOf, timeOf } from "./dates.ts";
import { canonicalJson } from "./json.ts";
import { plainAnswer, wordsOf } from "./words.ts";

/** What an answer says. Two that have one key say the same. */
export interface Reading {
  readonly key: string;
  /** Of a text, its words in their order; undefined for what is a value, or is compared as it stands. */
  readonly words: readonly string[] | undefined;
}

/** Longer texts are compared as they stand: nobody asks for them to find a majority, and to read them takes long. */
const MOST_READ = 10_000;
const MOST_READ_AS_JSON = 100_000;

/** @param asJson whether JSON was asked for: then a number, a text alone and `true` are JSON, too */
export function readAnswer(text: string, asJson: boolean): Reading {
  const isShort = text.length <= MOST_READ;
  const bare = withoutFence(text);
  const isJson = asJson ? text.length <= MOST_READ_AS_JSON : isShort && /^[[{]/.test(bare);
  const json = isJson ? canonicalJson(bare) : undefined;
  if (json !== undefined) return { key: `json ${json}`, words: undefined };
  if (!isShort) return { key: `long ${text.trim()}`, words: undefined };
  const whole = plainAnswer(text.replace(BOXED, "$1").replace(MARKUP, ""));
  // "[1, 2)": what stands in half a bracket is not known.
  if (!areBracketsPaired(whole)) return { key: `as is ${whole}`, words: undefined };
  const plain = essenceOf(whole);
  const value = valueIn(plain) ?? valueIn(plain.replace(PREPOSITION, ""));
  if (value !== undefined) return { key: value, words: undefined };
  const words = withoutArticle(wordsOf(plain));
  // "?!" has no words, and is not "…" all the same.
  return { key: `text ${words.join(" ") || plain}`, words };
}

/** The frame of LaTeX. */
const BOXED = /\\boxed\{([^{}]*)\}/g;
/** Emphasis, code, headings and bullets of Markdown; what is left of the frames of LaTeX. "- 5" may be a number. */
const MARKUP =
  /\*\*|__|(?<![\p{L}\p{N}])[*_](?=\S)|(?<=\S)[*_](?![\p{L}\p{N}])|`|^#+ |^[ \t]*(?:[*•] +|- +(?![ \d]))|\\boxed(?=\{)/gmu;

/** What announces the answer. Only its last sentence may. */
const ANNOUNCEMENTS = [
  "the (?:final |correct |right )?answer (?:is|would be)",
  "(?:the )?(?:final )?(?:answer|result)(?= ?:)",
  "die (?:richtige )?antwort (?:ist|lautet)",
  "(?:antwort|ergebnis)(?= ?:)",
  "la (?:bonne )?reponse (?:est|serait)",
  "reponse(?= ?:)",
  "la respuesta (?:correcta )?es",
  "(?:la )?respuesta(?= ?:)",
  "la risposta (?:corretta )?e",
  "(?:la )?risposta(?= ?:)",
  "a resposta (?:correta )?e",
  "(?:a )?resposta(?= ?:)",
  "het (?:juiste )?antwoord is",
  "(?:правильныи )?ответ(?: -(?= )|(?= ?:))",
  "(?:الاجابه|الجواب)(?: الصحيحه| الصحيح)? (?:هي|هو)",
  "(?:الاجابه|الجواب)(?= ?:)",
];
const ANNOUNCED = new RegExp(
  `^(?:.*[.!?。] +)?(?:(?:so|thus|therefore|hence|also|donc)[ ,]+)?(?:${ANNOUNCEMENTS.join("|")}) ?:?(.+)$`,
  "u",
);
/** So long at most are the line and what it announces. */
const MOST_ANNOUNCED = 400;
const ANNOUNCED_UNSPACED =
  /^(?:答えは|答え:|正解は|回答は|答案是|答案:|答案为|答:|정답은|답은|답:)[、,: ]*/u;
/** What only makes a sentence of it. */
const COPULA = /^(?:it is|that is|es ist|das ist|c est) (?=\S)|(?:です|である|입니다)$/gu;
const SENTENCE_END = /[.!?。]\s+\S/u;
const QUOTES = "\"'“”„";
const OPENING: ReadonlySet<string> = new Set(` \n\t${QUOTES}«»(「『`);
const CLOSING: ReadonlySet<string> = new Set(` \n\t${QUOTES}«»)」』.,;:!?。、،؛؟`);
/** Feet and inches, minutes and seconds, and derivatives: behind a number, or a letter that stands alone. */
const PRIME = new RegExp(`(?:\\d ?|(?<![\\p{L}\\p{M}])\\p{L})[${QUOTES}]+$`, "u");

/** The answer without what announces it and without what frames it. */
function essenceOf(plain: string): string {
  const lastLine = plain.slice(plain.lastIndexOf("\n") + 1);
  const [, announced] = (lastLine.length <= MOST_ANNOUNCED && ANNOUNCED.exec(lastLine)) || [];
  const answer = announced === undefined || SENTENCE_END.test(announced) ? plain : announced;
  const bare = unframed(answer).replace(ANNOUNCED_UNSPACED, "");
  return unframed(unframed(bare).replace(COPULA, ""));
}

function unframed(text: string): string {
  const isTuple = hasTuple(text);
  const isFrame = (sign: string) => !(isTuple && "()".includes(sign));
  let start = 0;
  let end = text.length;
  let quotes = 0;
  while (start < end && OPENING.has(text[start]!) && isFrame(text[start]!)) {
    if (QUOTES.includes(text[start++]!)) quotes++;
  }
  while (end > start && CLOSING.has(text[end - 1]!) && isFrame(text[end - 1]!)) {
    // It closes nothing, so it says something.
    if (PRIME.test(text.slice(Math.max(start, end - MOST_PRIMES), end)) && quotes-- <= 0) break;
    end--;
  }
  // Signs alone are what they are, and "5!" is not 5.
  if (start === end) return text.trim();
  const isFactorial = /\d/.test(text[end - 1]!) && text[end] === "!";
  return text.slice(start, isFactorial ? end + 1 : end);
}
/** With what stands before them. */
const MOST_PRIMES = 6;

/** With a day, a time or an amount it adds nothing. */
const PREPOSITION = /^(?:at|in|on|um|im|am|en|el|le|a las?|alle|vers) (?=\S)/;

function valueIn(plain: string): string | undefined {
  const said = verdictOf(plain);
  if (said !== undefined) return said ? "yes" : "no";
  const time = timeOf(plain);
  if (time !== undefined) return `time ${time}`;
  const words = wordsOf(plain);
  const date = dateOf(plain, words);
  if (date !== undefined) return `date ${date}`;
  const amount = amountOf(words);
  return amount && `amount ${amount}`;
}

const REASONS =
  "because|since|as|due to|weil|denn|da|parce qu|car|puisque|porque|ya que|perche|omdat|потому|так как|لان|なぜなら|因为|因為";
const REASONED = new RegExp(`^([\\p{L}\\p{M}]+) ?[,.;:、，。-] ?(?:${REASONS})(?![a-z])`, "u");
/** What takes back a part of it. */
const BUT =
  /(?<!\p{L})(?:but|unless|except|although|though|however|if|only|yet|aber|ausser|wenn|falls|jedoch|obwohl|mais|sauf|si|pero|salvo|excepto|aunque|ma|se|mas|но|если|لكن)(?!\p{L})|が、|但|除非|如果/u;

/** Yes or no, alone or with the reason for it: whatever else is added may take it back. */
function verdictOf(plain: string): boolean | undefined {
  const alone = spokenBoolean(plain);
  if (alone !== undefined) return alone;
  const [all, said] = REASONED.exec(plain) ?? [];
  if (all === undefined || said === undefined || BUT.test(plain.slice(said.length)))
    return undefined;
  return spokenBoolean(said);
}

const ARTICLES: ReadonlySet<string> = new Set(
  "the a an der die das ein eine le la les l un une el los las il lo gli i o os as het de".split(
    " ",
  ),
);

/** Without the article that it begins with. Within, it may be another word. */
function withoutArticle(words: readonly string[]): readonly string[] {
  const [first = "", second = ""] = words;
  return ARTICLES.has(first) && /^\p{L}{2}/u.test(second) ? words.slice(1) : words;
}
