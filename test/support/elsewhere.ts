import { vi } from "vitest";

type Answer = (request: Request) => Response | Promise<Response>;

/** Answers for addresses on the internet, of which tests have none: https cannot be had on loopback. */
export function serveElsewhere(answers: Readonly<Record<string, Answer>>): void {
  const fetch = globalThis.fetch.bind(globalThis);
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const request = new Request(input as RequestInfo, init as RequestInit);
    const { origin, pathname } = new URL(request.url);
    const answer = answers[origin + pathname];
    return answer ? answer(request) : fetch(request);
  });
}
