import { beforeEach, describe, expect, it } from "vitest";
import type { Fetch } from "../support/client.ts";
import { ORIGIN } from "../support/client.ts";
import { modern } from "../support/rpc.ts";
import { appWithTasks, as, holdChunks } from "../support/tasks/app.ts";
import { resetScript } from "../support/tasks/kinds.ts";
import { ended, openTasks } from "../support/tasks/tasks.ts";

const fetch = appWithTasks();
const ada = as("ada", fetch);

beforeEach(() => resetScript());

type Headers = Readonly<Record<string, string>>;

const call = (by: Fetch, path: string, method = "GET", headers: Headers = {}) =>
  by(new Request(path.startsWith("http") ? path : ORIGIN + path, { method, headers }));

async function submit(by: Fetch, data: object = {}): Promise<string> {
  const args = { task_type: "scripted", data, timeout: 0 };
  const { body } = await modern(
    "tools/call",
    { name: "distributed_compute", arguments: args },
    { fetch: by },
  );
  return (body.result!.structuredContent as { task_id: string }).task_id;
}

const pathOf = (id: string) => `/mcp/tasks/${id}`;

async function end(id: string): Promise<void> {
  const subject = "jwt:https://id.example.com ada";
  await ended(openTasks(), id, { subject, joinsAs: undefined, holder: "" });
}

describe("GET /mcp/tasks/:id", () => {
  it("tells how far a task is, when to ask again, and nothing twice", async () => {
    const letGo = holdChunks();
    const path = pathOf(await submit(ada, { branches: [2] }));
    const origin = { origin: ORIGIN };
    const first = await call(ada, path, "GET", origin);
    expect(first.headers.get("retry-after")).toBe("2");
    expect(first.headers.get("cache-control")).toBe("private, no-cache");
    expect(first.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(first.headers.get("access-control-expose-headers")).toContain("ETag");
    expect(await first.json()).toMatchObject({
      id: path.slice(11),
      type: "scripted",
      state: expect.stringMatching(/^(?:queued|running)$/),
      progress: { done: 0, total: 2, unit: "chunks" },
      created_at: expect.any(String),
      expires_at: expect.any(String),
    });
    let etag = "";
    let status = 200;
    // It may still begin to run meanwhile.
    while (status === 200) {
      const again = await call(ada, path, "GET", { ...origin, "if-none-match": etag });
      status = again.status;
      etag = again.headers.get("etag")!;
      if (status !== 304) continue;
      expect(await again.text()).toBe("");
      expect(again.headers.get("retry-after")).toBe("2");
      expect(again.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    }
    expect(status).toBe(304);

    letGo();
    await end(path.slice(11));
    const last = await call(ada, path, "GET", { "if-none-match": etag });
    expect(last.status).toBe(200);
    expect(last.headers.has("retry-after")).toBe(false);
    expect(await last.json()).toMatchObject({
      state: "completed",
      progress: { done: 2, total: 2 },
      result: { names: ["1", "2"] },
      ended_at: expect.any(String),
    });
    const head = await call(ada, path, "HEAD");
    expect(head.headers.get("etag")).toBe(last.headers.get("etag"));
    expect(await head.text()).toBe("");
  });

  it("says the same of what is another's, made up, or no id", async () => {
    const id = await submit(ada);
    const words: string[] = [];
    const changed = (id.startsWith("0") ? "1" : "0") + id.slice(1);
    for (const path of [pathOf(id), pathOf(changed), pathOf("0"), pathOf("%F0%9F%92%A9")]) {
      for (const method of ["GET", "DELETE"]) {
        const response = await call(as("bob", fetch), path, method);
        expect(response.status).toBe(404);
        words.push(await response.text());
      }
      const nobodys = await call(fetch, path);
      expect(nobodys.status).toBe(404);
      words.push(await nobodys.text());
    }
    expect(new Set(words).size).toBe(1);
    expect((await call(ada, pathOf(id))).status).toBe(200);
  });

  it("lets whoever holds the id see what is nobody's", async () => {
    const path = pathOf(await submit(fetch));
    expect((await call(fetch, path)).status).toBe(200);
    expect((await call(ada, path)).status).toBe(200);
  });

  it("asks who calls, and judges pages", async () => {
    const closed = appWithTasks({ ANONYMOUS_SCOPES: "places:read" });
    const response = await call(closed, pathOf("0"));
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain('scope="tasks"');
    expect(await response.json()).toEqual({ error: expect.not.stringContaining("admin token") });
    const evil = await call(fetch, pathOf("0"), "GET", { origin: "https://evil.example" });
    expect(evil.status).toBe(403);
    const preflight = await call(fetch, pathOf("0"), "OPTIONS", {
      origin: ORIGIN,
      "access-control-request-method": "DELETE",
      "access-control-request-headers": "if-none-match",
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-methods")).toContain("DELETE");
    expect((await call(fetch, pathOf("0"), "PUT")).status).toBe(405);
  });

  it("counts as a request of its caller", async () => {
    const limited = appWithTasks();
    const from = { "cf-connecting-ip": "198.51.100.77" };
    const statuses = new Set<number>();
    for (let n = 0; n < 101; n++) {
      statuses.add((await call(limited, pathOf("0"), "GET", from)).status);
    }
    expect(statuses).toEqual(new Set([404, 429]));
  });
});

it("DELETE /mcp/tasks/:id cancels, as often as it is asked", async () => {
  const letGo = holdChunks();
  const path = pathOf(await submit(ada, { branches: [4] }));
  for (let times = 0; times < 2; times++) {
    const response = await call(ada, path, "DELETE");
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ state: "cancelled" });
  }
  letGo();
  expect(await (await call(ada, path)).json()).toMatchObject({ state: "cancelled" });
});

describe("a link to a file", () => {
  it("is for whoever has it, to download", async () => {
    const id = await submit(ada, { branches: [2], files: true });
    await end(id);
    const { files } = await (await call(ada, pathOf(id))).json<{ files: { url: string }[] }>();
    const { url } = files[0]!;
    const response = await call(fetch, url);
    expect(await response.text()).toBe("1\n2\n");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/plain",
      "content-disposition": 'attachment; filename="names.txt"',
      "x-content-type-options": "nosniff",
      "cache-control": "private, no-store",
    });
    const head = await call(fetch, url, "HEAD");
    expect(head.status).toBe(200);
    expect(head.headers.get("content-length")).toBe("4");
    expect((await call(fetch, url, "POST")).status).toBe(405);

    const signed = new URL(url);
    const forged = [
      url.replace(
        id,
        id.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
      ),
      url.replace("names.txt", "1"),
      url.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
      url.replace(/signature=.*/, "signature="),
      signed.origin + signed.pathname,
    ];
    for (const link of forged) expect((await call(ada, link)).status).toBe(404);
  });
});
