import { createExecutionContext, createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { GrantsPage } from "../../../src/oauth/contract.ts";
import handler from "../../../src/worker.ts";
import { ORIGIN } from "../../support/client.ts";
import {
  ADMIN_TOKEN,
  appWhereOneSignsIn,
  invite,
  Program,
  signedIn,
} from "../../support/sign-in.ts";

const app = appWhereOneSignsIn({ ANONYMOUS_SCOPES: "" });

it("grants what is ticked and the invitation allows, to another subject each time", async () => {
  const code = await invite(env, ["places:write", "tasks"], { name: "guests", uses: 2 });
  for (const subject of ["oauth:guests-1", "oauth:guests-2"]) {
    const program = new Program(app);
    await program.register();
    const page = await program.ask({ scope: "places:write" });
    const fields = { scope: ["places:write", "admin"], code, decision: "allow" };
    const tokens = await program.redeem(await program.browser.send(page, fields));
    expect(tokens.scope).toBe("places:write");
    expect(await grantsOf(subject)).toMatchObject([
      { client: "Test Program", person: "invitation guests", scopes: ["places:write"] },
    ]);
  }
});

describe("a refresh", () => {
  it("asked for twice at once gives both the same tokens, which count", async () => {
    const program = await signedIn(app, ["places:write"]);
    const asked = [1, 2].map(() => program.refresh(program.tokens.refresh_token));
    const [one, other] = await Promise.all(asked);
    expect(one!.refresh_token).toBeTypeOf("string");
    expect(other).toEqual(one);
    expect(await statusWith(one!.access_token)).toBe(200);
    expect((await program.refresh(one!.refresh_token)).scope).toBe("places:write");
  });

  it("whose answer was lost can be asked for again", async () => {
    const program = await signedIn(app, ["places:write"]);
    const lost = await program.refresh(program.tokens.refresh_token);
    const again = await program.refresh(program.tokens.refresh_token);
    expect(again).toEqual(lost);
    const next = await program.refresh(again.refresh_token);
    const later = await program.refresh(next.refresh_token);
    expect(later.scope).toBe("places:write");
    const forged = `${later.refresh_token.slice(0, -5)}wrong`;
    expect((await program.refresh(forged)).error).toBe("invalid_grant");
  });

  it("of another program's token is refused", async () => {
    const { tokens } = await signedIn(app, ["places:write"]);
    const thief = await signedIn(app, ["tasks"]);
    expect((await thief.refresh(tokens.refresh_token)).error).toBe("invalid_grant");
  });
});

it("a code is good once, and only with its verifier", async () => {
  const program = new Program(app);
  await program.register();
  const code = await invite(env, ["tasks"]);
  const page = await program.ask();
  const end = await program.browser.send(page, { scope: "tasks", code, decision: "allow" });
  const other = new Program(app);
  other.id = program.id;
  expect((await other.redeem(end)).error).toBe("invalid_grant");
  expect((await program.redeem(end)).scope).toBe("tasks");
  expect((await program.redeem(end)).error).toBe("invalid_grant");
});

it("a program ends what it was granted", async () => {
  const program = await signedIn(app, ["tasks"]);
  expect(await statusWith(program.tokens.access_token)).toBe(200);
  expect(await program.revoke(program.tokens.refresh_token)).toBe(200);
  expect(await statusWith(program.tokens.access_token)).toBe(401);
  expect((await program.refresh(program.tokens.refresh_token)).error).toBe("invalid_grant");
});

describe("whoever runs the server", () => {
  it("sees what was granted, and ends it", async () => {
    const program = await signedIn(app, ["tasks"]);
    const [userId] = program.tokens.access_token.split(":");
    const subject = `oauth:${userId}`;
    const [grant] = await grantsOf(subject);
    expect(grant).toMatchObject({ resource: `${ORIGIN}/mcp`, scopes: ["tasks"] });
    expect((await admin("DELETE", `/${subject}/nothing`)).status).toBe(404);
    const ended = await admin("DELETE", `/${subject}/${grant!.id}`);
    expect(await ended.json()).toEqual({ ended: 1 });
    expect(await statusWith(program.tokens.access_token)).toBe(401);
    expect((await program.refresh(program.tokens.refresh_token)).error).toBe("invalid_grant");
    expect((await admin("DELETE", `/${subject}`)).status).toBe(404);
  });

  it("ends all of a person's grants, page by page", async () => {
    const names = Array.from({ length: 101 }, (_, at) => `grant:many:${at}`);
    await Promise.all(names.map((name) => env.OAUTH_KV.put(name, "{}")));
    const first = await admin("DELETE", "/oauth:many");
    const { ended, next } = (await first.json()) as { ended: number; next: string };
    expect(ended).toBe(100);
    const rest = await admin("DELETE", `/oauth:many?after=${encodeURIComponent(next)}`);
    expect(await rest.json()).toEqual({ ended: 1 });
    expect((await admin("DELETE", "/oauth:many")).status).toBe(404);
  });

  it("alone does", async () => {
    const program = await signedIn(app, ["places:write"]);
    const headers = { authorization: `Bearer ${program.tokens.access_token}` };
    expect((await app(new Request(`${ORIGIN}/admin/grants`, { headers }))).status).toBe(403);
    expect((await app(new Request(`${ORIGIN}/admin/grants`))).status).toBe(401);
  });
});

it("sweeps each hour what is left over", async () => {
  const { tokens } = await signedIn(app, ["tasks"]);
  const [userId, grantId] = tokens.access_token.split(":");
  await env.OAUTH_KV.delete(`grant:${userId}:${grantId}`);
  const left = async () => (await env.OAUTH_KV.list({ prefix: `token:${userId}:` })).keys.length;
  const scheduled = async (time: string) =>
    handler.scheduled!(
      createScheduledController({ scheduledTime: new Date(time) }),
      env,
      createExecutionContext(),
    );
  await scheduled("2026-01-01T00:30:00Z");
  expect(await left()).toBe(1);
  await scheduled("2026-01-01T01:00:00Z");
  expect(await left()).toBe(0);
});

function admin(method: string, path = ""): Promise<Response> | Response {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  return app(new Request(`${ORIGIN}/admin/grants${path}`, { method, headers }));
}

async function grantsOf(subject: string) {
  const { grants } = GrantsPage.parse(await (await admin("GET")).json());
  return grants.filter((grant) => grant.subject === subject);
}

/** Of a call that nobody makes without signing in. */
async function statusWith(token: string): Promise<number> {
  const request = new Request(`${ORIGIN}/mcp`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
  });
  return (await app(request)).status;
}
