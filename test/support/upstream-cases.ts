import { describe, expect, it, vi } from "vitest";
import { UpstreamDown, UpstreamRefused } from "../../src/errors.ts";
import { FAILURES_TO_OPEN, OPEN_MS } from "../../src/upstream/breakers.ts";
import type { UpstreamPolicy } from "../../src/upstream/policy.ts";
import { type Upstream, type UpstreamRequest, upstream } from "../../src/upstream/upstream.ts";
import type { Seen } from "./upstream-server.ts";

/** Deadlines that no busy machine reaches; what is to end by one has its own. */
const POLICY: UpstreamPolicy = {
  deadlineMs: 50_000,
  stallMs: 40_000,
  mostBytes: 1_000_000,
  mostRedirects: 3,
  mostRetries: 2,
  allowPrivateHosts: true,
};

const SECRET = "s3cret";

let runs = 0;

/** How calls go, in workerd as in Node. */
export function tryUpstream(server: () => string): void {
  /** An address of the server, and what it has seen of the calls to it. */
  function at(path: string, query: Readonly<Record<string, string>> = {}) {
    const run = `${runs++} ${Math.random()}`;
    const url = new URL(`${path}?${new URLSearchParams({ ...query, run, key: SECRET })}`, server());
    const seen = async (): Promise<Seen> => {
      const response = await fetch(`${server()}/seen?${new URLSearchParams({ run })}`);
      return response.json();
    };
    const requests = async () => (await seen()).atMs.length;
    return { url, seen, requests };
  }

  const call = (request: UpstreamRequest, policy: Partial<UpstreamPolicy> = {}) =>
    textFrom(upstream({ ...POLICY, ...policy }), request);

  describe("an answer", () => {
    it("is read, unpacked, and of any status that is no reason to ask again", async () => {
      await expect(call(at("/packed"))).resolves.toBe("200 unpacked");
      await expect(call(at("/nowhere"))).resolves.toBe("404 nothing here");
    });

    it("is to a request as it was given", async () => {
      const { url } = at("/echo");
      const headers = { authorization: SECRET };
      const answer = await upstream(POLICY)(
        { url, method: "POST", headers, body: "{}" },
        (response) => response.json(),
      );
      expect(answer).toMatchObject({
        method: "POST",
        headers: { authorization: SECRET, "content-length": "2" },
      });
    });

    it("is closed when the reader wants no more of it", async () => {
      const { url, seen } = at("/endless");
      await upstream(POLICY)({ url }, () => undefined);
      await vi.waitFor(async () => expect((await seen()).closedEarly).toBe(1), PATIENCE);
    });

    it("leaves what its reader throws as it is, and is not asked for again", async () => {
      const { url, requests } = at("/packed");
      const own = new Error("the reader's own");
      const calling = upstream(POLICY)({ url }, () => {
        throw own;
      });
      await expect(calling).rejects.toBe(own);
      expect(await requests()).toBe(1);
    });
  });

  describe("is down for us when it", () => {
    const once = { mostRetries: 0 };

    it.each([
      ["says nothing", "/silent", { stallMs: 50 }],
      ["stops in the middle of a body", "/stall", { stallMs: 50 }],
      ["takes longer than the whole call may", "/trickle", { deadlineMs: 200 }],
      ["says nothing until the call must end", "/silent", { deadlineMs: 50 }],
      ["breaks off a body", "/breaks", {}],
    ])("%s", async (_, path, policy) => {
      const { url, seen } = at(path, { times: "9" });
      const error = await call({ url }, { ...once, ...policy }).catch((failed) => failed);
      expect(error).toBeInstanceOf(UpstreamDown);
      expectHostOnly(error, url);
      await vi.waitFor(async () => expect((await seen()).closedEarly).toBe(1), PATIENCE);
    });

    it("is not there", async () => {
      const url = new URL(`http://127.0.0.1:1/?key=${SECRET}`);
      const error = await call({ url }, once).catch((failed) => failed);
      expect(error).toBeInstanceOf(UpstreamDown);
      expectHostOnly(error, url);
    });
  });

  describe("refuses a body that", () => {
    it.each([
      ["never ends", "/endless", {}],
      ["says that it is too long", "/long", { bytes: "1000001" }],
      ["is too long unpacked", "/bomb", {}],
    ])("%s", async (_, path, query) => {
      const { url, requests } = at(path, query);
      const error = await call({ url }).catch((failed) => failed);
      expect(error).toBeInstanceOf(UpstreamRefused);
      expect(error.message).toContain("more than 1000000 bytes");
      expectHostOnly(error, url);
      expect(await requests()).toBe(1);
    });

    it("but not the length of what HEAD asks for", async () => {
      const { url } = at("/long", { bytes: "1000001" });
      await expect(call({ url, method: "HEAD" })).resolves.toBe("200 ");
    });
  });

  describe("redirects", () => {
    it("are followed, and the answer is told with its own address", async () => {
      const { url } = at("/hops", { left: "3" });
      const [path, text] = await upstream(POLICY)({ url }, async (response, from) => [
        from.searchParams.get("left"),
        await response.text(),
      ]);
      expect([path, text]).toEqual(["0", "there"]);
    });

    it("end", async () => {
      for (const left of ["4", "1000000"]) {
        const { url, requests } = at("/hops", { left });
        const error = await call({ url }).catch((failed) => failed);
        expect(error).toBeInstanceOf(UpstreamRefused);
        expect(error.message).toContain("more than 3 times");
        expectHostOnly(error, url);
        expect(await requests()).toBe(4);
      }
    });

    it.each([
      ["file:///etc/passwd"],
      ["data:text/csv,a"],
      ["https://me:s3cret@data.example/"],
      ["http://[s3cret"],
    ])("to %s are refused", async (to) => {
      const error = await call(at("/redirect", { to })).catch((failed) => failed);
      expect(error).toBeInstanceOf(UpstreamRefused);
      expect(error.message).not.toContain(SECRET);
    });

    it("keep headers within an origin and secrets from any other", async () => {
      const elsewhere = new URL(server());
      elsewhere.hostname = "localhost";
      const headers = { authorization: SECRET, cookie: SECRET, "x-api-key": SECRET, accept: "a/b" };
      const sentTo = async (to: string) => {
        const { url } = at("/redirect", { to });
        const read = async (response: Response) =>
          (await response.json<{ headers: Record<string, string> }>()).headers;
        return upstream(POLICY)({ url, headers }, read);
      };
      expect(await sentTo("/echo")).toMatchObject(headers);
      const seen = await sentTo(new URL("/echo", elsewhere).href);
      expect(seen).toMatchObject({ accept: "a/b" });
      expect(JSON.stringify(seen)).not.toContain(SECRET);
    });

    it.each([307, 308, 302])("with %i never take a body along", async (status) => {
      const { url } = at("/redirect", { to: "/echo", status: String(status) });
      await expect(call({ url, method: "POST", body: SECRET })).resolves.toBe(`${status} moved`);
    });
  });

  describe("asks again", () => {
    it.each([429, 502, 503, 504])("after %i", async (status) => {
      const { url } = at("/statuses", { statuses: `${status}` });
      await expect(call({ url })).resolves.toBe("200 answer 1");
    });

    it("when a body broke off, from its beginning", async () => {
      await expect(call(at("/breaks", { times: "2" }))).resolves.toBe("200 whole");
    });

    it("so often and no more", async () => {
      const { url, requests } = at("/statuses", { statuses: "503 502 429" });
      const error = await call({ url }).catch((failed) => failed);
      expect(error).toBeInstanceOf(UpstreamDown);
      expect(error.message).toContain("answers 429");
      expectHostOnly(error, url);
      expect(await requests()).toBe(3);
    });

    it.each([400, 401, 404, 500, 501])("not after %i", async (status) => {
      const { url, requests } = at("/statuses", { statuses: `${status}` });
      await expect(call({ url })).resolves.toBe(`${status} answer 0`);
      expect(await requests()).toBe(1);
    });

    it("not what may have done something", async () => {
      const { url, requests } = at("/statuses", { statuses: "503" });
      await expect(call({ url, method: "POST", body: "{}" })).rejects.toThrow(UpstreamDown);
      expect(await requests()).toBe(1);
    });

    it("not before it may, told in seconds", async () => {
      const { url, seen } = at("/statuses", { statuses: "503", after: "1" });
      await expect(call({ url })).resolves.toBe("200 answer 1");
      const [first, second] = (await seen()).atMs;
      // Clocks of timers may be a little ahead of each other.
      expect(second! - first!).toBeGreaterThan(950);
    });

    it.each([
      ["seconds", () => "3600"],
      ["a date", () => new Date(Date.now() + 3_600_000).toUTCString()],
    ])("not at all if it may only after the deadline, told by %s", async (_, after) => {
      const { url, requests } = at("/statuses", { statuses: "503", after: after() });
      await expect(call({ url })).rejects.toThrow("answers 503");
      expect(await requests()).toBe(1);
    });

    it.each(["soon", "-5", new Date(0).toUTCString()])("when told to after %j", async (after) => {
      const { url } = at("/statuses", { statuses: "503", after });
      await expect(call({ url })).resolves.toBe("200 answer 1");
    });
  });

  describe("the caller's abort", () => {
    const reason = new Error("the caller's reason");

    it.each([
      ["while it waits for the answer", "/silent", {}],
      ["while it reads the body", "/trickle", {}],
      ["in a pause between attempts", "/statuses", { statuses: "503", after: "30" }],
    ])("ends the call %s", async (_, path, query) => {
      const { url, seen, requests } = at(path, query);
      const stop = new AbortController();
      const calling = call({ url, signal: stop.signal });
      const ended = expect(calling).rejects.toBe(reason);
      await vi.waitFor(async () => expect(await requests()).toBe(1), PATIENCE);
      stop.abort(reason);
      await ended;
      const closed = path === "/statuses" ? 0 : 1;
      await vi.waitFor(async () => expect((await seen()).closedEarly).toBe(closed), PATIENCE);
      expect(await requests()).toBe(1);
    });

    it("keeps a call from beginning", async () => {
      const { url, requests } = at("/packed");
      await expect(call({ url, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(await requests()).toBe(0);
    });
  });

  describe("an origin that was down several times", () => {
    const ONCE = { ...POLICY, mostRetries: 0 };

    /** A way to other servers on which this origin is down. */
    async function down(policy: UpstreamPolicy): Promise<Upstream> {
      const way = upstream(policy);
      for (let failures = 0; failures < FAILURES_TO_OPEN; failures++) {
        const { url } = at("/statuses", { statuses: "503" });
        await expect(textFrom(way, { url })).rejects.toThrow("answers 503");
      }
      return way;
    }

    async function later(run: () => Promise<void>): Promise<void> {
      const now = Date.now;
      const clock = vi.spyOn(Date, "now").mockImplementation(() => now() + OPEN_MS + 1);
      await run().finally(() => clock.mockRestore());
    }

    it("is left alone, and asked by one call after a while", async () => {
      const way = await down(ONCE);
      const { url, requests } = at("/packed");
      await expect(textFrom(way, { url })).rejects.toThrow("left alone");
      expect(await requests()).toBe(0);
      await later(async () => {
        await expect(textFrom(way, { url })).resolves.toBe("200 unpacked");
        await expect(textFrom(way, { url })).resolves.toBe("200 unpacked");
      });
    });

    it("stays left alone while one call tries, and if that fails", async () => {
      const way = await down({ ...ONCE, stallMs: 2_000 });
      await later(async () => {
        const silent = at("/silent");
        const trying = expect(textFrom(way, silent)).rejects.toThrow("sent nothing");
        await vi.waitFor(async () => expect(await silent.requests()).toBe(1), PATIENCE);
        const { url, requests } = at("/packed");
        await expect(textFrom(way, { url })).rejects.toThrow("left alone");
        await trying;
        await expect(textFrom(way, { url })).rejects.toThrow("left alone");
        expect(await requests()).toBe(0);
      });
    });

    it("is not well because a caller gave up", async () => {
      const way = await down(ONCE);
      await later(async () => {
        const silent = at("/silent");
        const stop = new AbortController();
        const trying = expect(textFrom(way, { ...silent, signal: stop.signal })).rejects.toThrow();
        await vi.waitFor(async () => expect(await silent.requests()).toBe(1), PATIENCE);
        stop.abort();
        await trying;
        await expect(textFrom(way, at("/packed"))).rejects.toThrow("left alone");
      });
    });

    it("says nothing about any other origin", async () => {
      const way = await down(ONCE);
      const url = new URL(at("/packed").url);
      url.hostname = "localhost";
      await expect(textFrom(way, { url })).resolves.toBe("200 unpacked");
    });
  });
}

/** How long something is looked for that happens elsewhere. */
const PATIENCE = { timeout: 30_000 };

const textFrom = (way: Upstream, { url, ...rest }: UpstreamRequest): Promise<string> =>
  way({ url, ...rest }, async (response) => `${response.status} ${await response.text()}`);

/** An error may go anywhere, and an address may hold secrets. */
function expectHostOnly(error: Error, { host }: URL): void {
  expect(error.message).toContain(host);
  expect(error.message).not.toMatch(/s3cret|key=|\?|\/\w+/);
}
