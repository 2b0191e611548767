import { CallerError, UpstreamDown, UpstreamRefused } from "../errors.ts";
import { upstream } from "../upstream/upstream.ts";

/** The document that describes a client is not as it has to be. The message is for the client's maker. */
export class BadClientDocument extends CallerError {
  override readonly name = "BadClientDocument";
}

/** The largest document that the library takes. */
const MOST_BYTES = 5 * 1024;

/** The person at the browser waits meanwhile. */
const askClient = upstream({
  deadlineMs: 4_000,
  stallMs: 4_000,
  mostBytes: MOST_BYTES,
  mostRedirects: 0,
  mostRetries: 0,
  allowPrivateHosts: false,
});

/** Whether a client's id is the address of a document that describes it, as far as the library may take it for one. */
export function isDocumentAddress(clientId: string): boolean {
  return URL.parse(clientId)?.protocol === "https:";
}

/** What no address has as it is written. The library would log it. */
const NOT_IN_ADDRESSES = /[\s\\\p{Cc}]/u;

/**
 * Looks at a client's document before the library does. That one would follow redirects, and a host that redirects to
 * whatever it is told would vouch for any client.
 *
 * @throws BadClientDocument
 */
export async function checkClientDocument(clientId: string): Promise<void> {
  const url = new URL(clientId);
  if (NOT_IN_ADDRESSES.test(clientId)) {
    throw new BadClientDocument("Its address has blanks, control characters or backslashes in it.");
  }
  try {
    await askClient({ url, headers: { accept: "application/json" } }, async (response) => {
      if (response.status !== 200) {
        throw new BadClientDocument(`${url.host} answers ${response.status}, not 200.`);
      }
      if (!isJsonObject(await response.text())) {
        throw new BadClientDocument(`${url.host} answers no JSON object.`);
      }
    });
  } catch (error) {
    const isTheirs = error instanceof UpstreamRefused || error instanceof UpstreamDown;
    throw isTheirs ? new BadClientDocument(error.message) : error;
  }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
