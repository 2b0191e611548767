/** Postal codes as countries write them, and what stands before: "SW1A 1AA", "M5V 3L9", "D-80331", "〒100-0001", "94103-1234". */
const CODE = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${[
    "[A-Z]{1,2}\\d[A-Z\\d]?\\s?\\d[A-Z]{2}",
    "[A-Z]\\d[A-Z]\\s?\\d[A-Z]\\d",
    "\\d{4}\\s?[A-Z]{2}(?=\\s)",
    "〒?\\s?\\d{3}-\\d{4}",
    "\\d{2}-\\d{3}",
    "\\d{3} \\d{2,3}",
    "(?:[A-Z]{1,3}-)?\\d{4,7}(?:-\\d{3,4})?",
    "[A-Z]{2}\\d{3,4}",
    "\\d{3}",
    // A district, behind its town: "London E1", "Paris 18e", "København K"; and a terminal, behind its airport.
    "(?<=\\S\\s)(?:[A-Z]{1,2}\\d{1,2}[A-Z]?|\\d{1,2}(?:er|e|ème|eme)|[A-Z]|[Tt]erminal [A-Z\\d]{1,2})(?=\\s*$)",
  ].join("|")})(?![\\p{L}\\p{N}])`,
  "gu",
);

/** A text with its postal codes taken out. */
export interface CodesApart {
  readonly rest: string;
  /** Each as it may be in the data: "94103-1234" is "94103" there. */
  readonly codes: readonly string[];
}

/** Takes out what looks like a postal code. House numbers have fewer digits, or stand where nobody asks for a code. */
export function codesApart(text: string): CodesApart {
  const codes: string[] = [];
  const rest = text.replace(CODE, (code) => {
    codes.push(code.replace(/^(?:[A-Z]{1,3}-|〒)\s?/u, "").replace(/^(\d{5})-\d{4}$/, "$1"));
    return " ";
  });
  return { rest, codes };
}
