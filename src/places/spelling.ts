/** The letters that a slip of the finger may have put in, by script; words are folded already. */
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
const LONGEST_WORD = 16;

/**
 * The words that one slip away can have been meant: a letter too many, too few, wrong, or two
 * neighbours swapped (Damerau–Levenshtein distance 1), the word itself first. Whether such a word
 * exists is for the index to say.
 */
export function similarWords(word: string): string[] {
  const letters = [...word];
  const alphabet = ALPHABETS.find((script) => letters.every((letter) => script.includes(letter)));
  if (!alphabet || letters.length < SHORTEST_WORD || letters.length > LONGEST_WORD) return [word];
  const similar = new Set([word]);
  for (let k = 0; k <= letters.length; k++) {
    const [before, after] = [letters.slice(0, k).join(""), letters.slice(k).join("")];
    const [first = "", second = ""] = after;
    if (first) similar.add(before + after.slice(1));
    if (second) similar.add(before + second + first + after.slice(2));
    for (const letter of alphabet) {
      similar.add(before + letter + after);
      if (first) similar.add(before + letter + after.slice(1));
    }
  }
  return [...similar];
}
