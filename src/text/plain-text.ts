const LONGEST_SHOWN = 200;

/** What is not to be seen, or hides what is: controls, line ends, marks of direction, fillers, variation selectors. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Whether a text is one line of characters that can all be seen. */
export function isVisible(text: string): boolean {
  return !HIDDEN.test(text);
}

/**
 * A text of a source as one line of visible characters, in NFC, with single spaces. Of what cannot be seen only the
 * joiners within words stay: some scripts need them.
 */
export function cleanText(text: string): string {
  return CLEAN.test(text) ? text : cleaned(text);
}

/** Most texts are clean, which is quicker to see than to make sure of. */
const CLEAN = /^(?:[!-~]+(?: [!-~]+)*)?$/;

function cleaned(text: string): string {
  if (!UNTIDY.test(text)) return text.normalize("NFC");
  return text
    .toWellFormed()
    .replace(IGNORED, "")
    .replace(LOOSE_JOINERS, "")
    .replace(GAPS, " ")
    .normalize("NFC")
    .trim();
}

/** What a clean text has not: anything hidden, and gaps other than single spaces between words. */
const UNTIDY = /[\p{C}\p{Default_Ignorable_Code_Point}]|(?! )\s| {2}|^ | $/u;

/** A text of several lines as it is shown: without what cannot be seen, but with its gaps and its line ends. */
export function visibleLines(text: string): string {
  return text
    .toWellFormed()
    .replace(LINE_ENDS, "\n")
    .replace(IGNORED, "")
    .replace(LOOSE_JOINERS, "")
    .replace(CONTROLS, " ");
}
const LINE_ENDS = /\r\n?|[\u0085\u2028\u2029]/g;
const CONTROLS = /(?![\n\t])[\p{Cc}\p{Co}\p{Cn}]/gu;

const IGNORED = /(?![\u200c\u200d])[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const LOOSE_JOINERS =
  /(?<![\p{L}\p{M}\p{Emoji_Modifier}\p{Extended_Pictographic}])[\u200c\u200d]|[\u200c\u200d](?![\p{L}\p{M}\p{Extended_Pictographic}])/gu;
const GAPS = /[\s\p{Cc}\p{Co}\p{Cn}]+/gu;

/** A text that is shown: clean, and not too long. */
export function plainText(text: string): string {
  return boundedText(text, LONGEST_SHOWN);
}

/** A text that is shown, of at most so many characters. */
export function boundedText(text: string, most: number): string {
  return cutText(cleanText(text), most);
}

/** A text of at most so many characters (code points), the last one … if it had more. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : text;
}
