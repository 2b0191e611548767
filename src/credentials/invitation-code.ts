/** Crockford's base 32: digits and letters without those that are read as another one. https://www.crockford.com/base32.html */
const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** Of five bits each: 80 bits. */
const LENGTH = 16;
const GROUP = 4;
const CODE = new RegExp(`^[${SYMBOLS}]{${LENGTH}}$`);
/** With whatever a person may put between the symbols. */
const LONGEST_TEXT = 100;

/** A new code, for people: "7KQ2-M0XV-9TRA-H4WZ". */
export function newInvitationCode(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(LENGTH));
  return inGroups(Array.from(bytes, (byte) => SYMBOLS[byte % SYMBOLS.length]).join(""));
}

/** The code that a person has typed, as it was given out; undefined for what can be none. */
export function readInvitationCode(text: string): string | undefined {
  if (text.length > LONGEST_TEXT) return undefined;
  const symbols = text
    .replace(/[\s\p{Dash_Punctuation}]/gu, "")
    .toUpperCase()
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
  return CODE.test(symbols) ? inGroups(symbols) : undefined;
}

function inGroups(symbols: string): string {
  return symbols.match(new RegExp(`.{${GROUP}}`, "g"))!.join("-");
}
