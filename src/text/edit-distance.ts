/** The letters that a typo may put in, by script; words are folded already. */
const ALPHABETS = [
  "abcdefghijklmnopqrstuvwxyz",
  "абвгдежзиклмнопрстуфхцчшщъыьэюя",
  "αβγδεζηθικλμνξοπρσςτυφχψω",
  "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
  "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءآأإئؤ",
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

/**
 * The word, and its neighbours at edit distance 1 (Damerau–Levenshtein): a letter too many, too few or
 * wrong, or two letters swapped. Whether a neighbour exists is for the index to say.
 */
export function editNeighbours(word: string): string[] {
  const alphabet = alphabetOf(word);
  if (!alphabet) return [word];
  const neighbours = new Set([word]);
  for (let k = 0; k <= word.length; k++) {
    const [before, after] = [word.slice(0, k), word.slice(k)];
    const [first = "", second = ""] = after;
    if (first) neighbours.add(before + after.slice(1));
    if (second) neighbours.add(before + second + first + after.slice(2));
    for (const letter of alphabet) {
      neighbours.add(before + letter + after);
      if (first) neighbours.add(before + letter + after.slice(1));
    }
  }
  return [...neighbours];
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
