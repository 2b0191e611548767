/**
 * The token that an Authorization header shows: the scheme in any case, and one token (RFC 6750, 2.1). Of two headers a comma
 * makes one text.
 */
export function bearerToken(header: string): string | undefined {
  return /^bearer +(.+)$/i.exec(header)?.[1];
}
