import { CallerError } from "../errors.ts";
import type { PlaceIndex } from "../index/place-index.ts";
import type { Snapshot } from "../index/snapshot.ts";

/**
 * A cursor holds what is needed to go on: a value of its writer's, as JSON, encrypted. Its key comes from a secret of the
 * database, so that a cursor tells nobody where somebody is, and one that was changed, or is of another database, is
 * refused. Equal values have equal cursors.
 */
export async function writeCursor(value: unknown, { version }: Secret): Promise<string> {
  const plain = new TextEncoder().encode(JSON.stringify(value));
  // A digest of the text with the secret: no two texts have the same, which is what AES-GCM needs.
  const iv = (await digest(`iv ${version}`, plain)).slice(0, IV_BYTES);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(version), plain);
  return Buffer.concat([iv, new Uint8Array(sealed)]).toString("base64url");
}

/** The value in a cursor. @throws CallerError if it has none of ours */
export async function readCursor(
  cursor: string,
  index: Pick<PlaceIndex, "cachedSnapshot" | "snapshot">,
): Promise<unknown> {
  const bytes = Buffer.from(cursor, "base64url");
  // Buffer passes over what is no Base64.
  if (bytes.toString("base64url") === cursor) {
    const cached = index.cachedSnapshot();
    const value = cached && (await open(bytes, cached));
    if (value) return value.json;
    // The cached snapshot may be of the database before.
    const { version } = await index.snapshot();
    const again = version === cached?.version ? undefined : await open(bytes, { version });
    if (again) return again.json;
  }
  throw new CallerError(
    '"cursor" is none that this server gave for the data that it has now. Pass the next_cursor of the last answer exactly as it is, or leave cursor out to start again.',
  );
}

type Secret = Pick<Snapshot, "version">;

const IV_BYTES = 12;
/** Changes with what the tools put into a cursor. */
const PURPOSE = "cursor 1";

async function open(
  bytes: Uint8Array,
  { version }: Secret,
): Promise<{ json: unknown } | undefined> {
  const iv = bytes.subarray(0, IV_BYTES);
  try {
    const key = await keyOf(version);
    const plain = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv },
      key,
      bytes.subarray(IV_BYTES),
    );
    return { json: JSON.parse(new TextDecoder().decode(plain)) };
  } catch {
    return undefined;
  }
}

async function keyOf(version: string): Promise<CryptoKey> {
  const bytes = await digest(`${PURPOSE} ${version}`, new Uint8Array());
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function digest(secret: string, bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const text = Buffer.concat([new TextEncoder().encode(`${secret} `), bytes]);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", text));
}
