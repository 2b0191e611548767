import type { Entrant } from "../call.ts";

/** What a session has to know of each request besides the request: it does not see where that came from. */
export interface Connection extends Entrant {
  /** The path of the endpoint. */
  readonly path: string;
  readonly cf: Readonly<Record<string, unknown>> | undefined;
  /** Who has a share of all sessions, told with the request that opens one: a digest, or nobody in particular. */
  readonly holder?: string | undefined;
}

const HEADER = "hereabouts-connection";

/** The request with its connection; whatever a caller may have put in the place is overwritten. */
export function withConnection(request: Request, connection: Connection): Request {
  const headers = new Headers(request.headers);
  headers.set(HEADER, encodeURIComponent(JSON.stringify(connection)));
  return new Request(request, { headers });
}

/** The connection that `withConnection` wrote, and the request as it came, with its `cf`. */
export function readConnection(request: Request): { connection: Connection; request: Request } {
  const headers = new Headers(request.headers);
  const connection: Connection = JSON.parse(decodeURIComponent(headers.get(HEADER) ?? ""));
  headers.delete(HEADER);
  const { cf } = connection;
  return { connection, request: new Request(request, { headers, ...(cf && { cf: cf as never }) }) };
}
