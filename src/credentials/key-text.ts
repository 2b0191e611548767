import { sha256Hex } from "../digest.ts";

/** Programs that look for lost secrets know a key by it, and so do we. */
const KEY_PREFIX = "hereabouts_";

const RANDOM_BYTES = 32;
const CHECKSUM_BYTES = 3;
/** 43 characters are 32 bytes, 6 are the checksum's 3. */
const KEY = /^hereabouts_([\w-]{43})([0-9a-f]{6})$/;

/** The text of a new key: the prefix, 256 random bits, and a checksum of these. */
export async function newKeyText(): Promise<string> {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
  const random = Buffer.from(bytes).toString("base64url");
  return `${KEY_PREFIX}${random}${await sha256Hex(random, CHECKSUM_BYTES)}`;
}

/** Whether a text can be a key: what was cut off, mistyped or made up is refused without a look at what is stored. */
export async function isKeyText(text: string): Promise<boolean> {
  const [, random, checksum] = KEY.exec(text) ?? [];
  return random !== undefined && checksum === (await sha256Hex(random, CHECKSUM_BYTES));
}
