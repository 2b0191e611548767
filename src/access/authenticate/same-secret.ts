/** Whether a text is the secret. Takes the same time whatever is given: digests of one length are compared, all of them. */
export async function isSameSecret(given: string, secret: string): Promise<boolean> {
  const [a, b] = await Promise.all([given, secret].map(digest));
  return crypto.subtle.timingSafeEqual(a!, b!);
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}
