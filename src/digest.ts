/** The first bytes of the SHA-256 digest of a text (all 32 unless told), in hexadecimal digits. */
export async function sha256Hex(text: string, bytes = 32): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest, 0, bytes), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
