const YES = new Set("yes true 1 y t ja oui si sí sim tak да はい designated".split(" "));
const NO = new Set("no false 0 n f nein non não nie нет いいえ none".split(" "));

/** What a word says, in some languages; undefined for what is neither yes nor no, such as "limited". */
export function booleanOf(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (YES.has(word)) return true;
  return NO.has(word) ? false : undefined;
}
