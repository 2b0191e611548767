/** Small numbers as names have them: "Seven Eleven", "Quatre Saisons". By language, from one on, folded. */
const WORDS = [
  "one two three four five six seven eight nine ten eleven twelve",
  "eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf",
  "un deux trois quatre cinq six sept huit neuf dix onze douze",
  "uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
  "uno due tre quattro cinque sei sette otto nove dieci undici dodici",
  "um dois tres quatro cinco seis sete oito nove dez onze doze",
].map((language) => language.split(" "));

const DIGITS = new Map(
  WORDS.flatMap((language) => language.map((word, at) => [word, String(at + 1)] as const)),
);

/** A word for a small number in digits, or its digits in words; none for any other word. */
export function numberForms(word: string): string[] {
  const digits = DIGITS.get(word);
  if (digits) return [digits];
  const at = Number(word) - 1;
  return /^\d+$/.test(word) ? [...new Set(WORDS.flatMap((language) => language[at] ?? []))] : [];
}

/** Never minus zero, which JSON does not know. */
export function tenths(value: number): number {
  return Math.round(value * 10) / 10 + 0;
}
