import { bounded, heardFrom } from "./body.ts";
import type { UpstreamPolicy } from "./policy.ts";

export type Fetch = typeof globalThis.fetch;

/**
 * A `fetch` for libraries that make their own requests: it sends one request, follows no redirect, and bounds the answer.
 * How long the whole may take says the signal of the request, which also closes the connection.
 *
 * @param mostBytesOf how large an answer may be
 * @param send how the request gets there
 * @throws UpstreamDown if no answer begins
 * @throws AnswerTooLong for an answer that says itself that it is too long; reading its body throws both
 */
export function libraryFetch(
  { stallMs }: Pick<UpstreamPolicy, "stallMs">,
  mostBytesOf: (response: Response) => number,
  send: (request: Request) => Promise<Response> = (request) => fetch(request),
): Fetch {
  return async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, { ...init, redirect: "manual" });
    const { host } = new URL(request.url);
    const response = await heardFrom(host, { stallMs }, send(request));
    return bounded(host, response, { stallMs, mostBytes: mostBytesOf(response) });
  };
}
