/** The letters that a typo may put in, by script; words are folded already. */
const ALPHABETS = [
  "abcdefghijklmnopqrstuvwxyz",
  "абвгдежзиклмнопрстуфхцчшщъыьэюяієј",
  "αβγδεζηθικλμνξοπρστυφχψω",
  "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
  "ابتثجحخدذرزسشصضطظعغفقكلمنهويپچژگ",
];

/** Shorter words have too many neighbours that mean something else. */
const SHORTEST_WORD = 4;
/** Longer ones would make the query very long; they still match as they are. */
export const LONGEST_WORD = 16;

/** The letters of a word's script, if the word may have a typo; undefined for any other word. */
export function alphabetOf(word: string): string | undefined {
  const letters = [...word];
  if (letters.length < SHORTEST_WORD || letters.length > LONGEST_WORD) return undefined;
  return ALPHABETS.find((alphabet) => letters.every((letter) => alphabet.includes(letter)));
}

/** How many edits of a word there are at most (index/search/edit-neighbours.ts makes them). */
export function mostEdits(word: string, alphabet: string): number {
  const { length } = word;
  const inserted = (length + 1) * alphabet.length;
  const replaced = length * (alphabet.length - 1);
  const leftOut = length;
  const swapped = length - 1;
  return inserted + replaced + leftOut + swapped;
}

/** Whether another word is the word itself or one of its edit neighbours. */
export function isEditNeighbour(word: string, other: string): boolean {
  if (word === other) return true;
  if (!alphabetOf(word)) return false;
  const shorter = Math.min(word.length, other.length);
  let start = 0;
  while (start < shorter && word[start] === other[start]) start++;
  let end = 0;
  while (end < shorter - start && word.at(-1 - end) === other.at(-1 - end)) end++;
  const left = word.slice(start, word.length - end);
  const right = other.slice(start, other.length - end);
  const isSwap = left.length === 2 && right === left[1]! + left[0]!;
  return isSwap || (left.length < 2 && right.length < 2);
}
