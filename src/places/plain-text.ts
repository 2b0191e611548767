const LONGEST_TEXT = 200;

/** Control, private and invisible characters, with which a text can hide what it says. Joiners stay: scripts need them. */
const HIDDEN = /[\s\p{Cc}\p{Co}\p{Cn}]+|(?![\u200c\u200d])\p{Cf}/gu;

/** One line of what is to be seen, of a bounded length. */
export function plainText(text: string): string {
  const characters = [...text.toWellFormed().replace(HIDDEN, " ").replace(/ +/g, " ").trim()];
  return characters.length > LONGEST_TEXT
    ? `${characters.slice(0, LONGEST_TEXT).join("")}…`
    : characters.join("");
}
