import { fold } from "./tokens.ts";

/** What people say, in some languages. */
const SAID_YES = spellings(
  "yes yeah yep ja jawohl oui si sí sim tak так da да はい ええ 是 是的 对 對 对的 對的 네 예 نعم evet ναι כן हाँ हां",
);
const SAID_NO = spellings(
  "no nope nein non não nie nej nee нет いいえ 不 不是 否 不对 不對 아니요 아니오 لا hayır όχι לא नहीं",
);

/** What programs and data write besides. */
const YES = new Set([...SAID_YES, ..."true 1 y t designated".split(" ")]);
const NO = new Set([...SAID_NO, ..."false 0 n f none".split(" ")]);

/** What a word of data says, in some languages; undefined for what is neither yes nor no, such as "limited". */
export function booleanOf(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (YES.has(word)) return true;
  return NO.has(word) ? false : undefined;
}

/** What a word says that answers a question: there 1 is an amount, and "none", too. */
export function spokenBoolean(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (SAID_YES.has(word) || word === "true") return true;
  return SAID_NO.has(word) || word === "false" ? false : undefined;
}

function spellings(words: string): ReadonlySet<string> {
  return new Set(`${words} ${fold(words)}`.split(" "));
}
