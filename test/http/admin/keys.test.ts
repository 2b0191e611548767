import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  Invitations,
  Keys,
  NewInvitation,
  NewKey,
  Revoked,
} from "../../../src/credentials/contract.ts";
import { catalog } from "../../../src/mcp/catalog.ts";
import { Admin } from "../../support/admin.ts";
import { appWith } from "../../support/app.ts";
import { ORIGIN } from "../../support/client.ts";
import { modern } from "../../support/rpc.ts";
import { STORES } from "../../support/stores.ts";
import { bearer } from "../../support/tokens.ts";

const admin = new Admin();
const DAY_MS = 24 * 3_600_000;

let name: string;
let tests = 0;
beforeEach(() => {
  name = `key.${++tests}`;
});

const add = (more: object = {}) =>
  admin.call("POST", "/keys", { name, scopes: ["places:read"], ...more }, NewKey);
const listed = async () =>
  (await admin.call("GET", "/keys", undefined, Keys)).body.keys!.find((one) => one.name === name);

describe("/admin/keys", () => {
  it("makes a key, tells its text once, lists it, and revokes it", async () => {
    const log = vi.spyOn(console, "log");
    const { status, body } = await add({ scopes: ["places:read", "tasks", "tasks"], days: 90 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ name, scopes: ["places:read", "tasks"] });
    expect(Date.parse(body.expiresAt!) - Date.parse(body.createdAt!)).toBe(90 * DAY_MS);
    expect(body.key).toMatch(/^hereabouts_/);
    const { key, ...rest } = body;
    expect(await listed()).toEqual(rest);
    const again = await add();
    expect(again).toMatchObject({ status: 409, body: { error: expect.stringContaining(name) } });
    expect(JSON.stringify(again)).not.toContain(key);
    expect(log.mock.calls.flat().join()).not.toContain(key);
    log.mockRestore();

    const revoked = await admin.call("DELETE", `/keys/${name}`, undefined, Revoked);
    expect(revoked).toEqual({ status: 200, body: { name } });
    expect(await listed()).toBeUndefined();
    expect(await admin.call("DELETE", `/keys/${name}`)).toMatchObject({
      ...{ status: 404, body: { error: `There is no key "${name}".` } },
    });
  });

  it("gives a key a year if nothing is said", async () => {
    const { body } = await add();
    expect(Date.parse(body.expiresAt!) - Date.parse(body.createdAt!)).toBe(365 * DAY_MS);
  });

  it.each([
    [{ name: "" }, "name: must be 1 to 64 letters"],
    [{ name: ".." }, "name: must be 1 to 64 letters"],
    [{ name: "a b" }, "name: must be 1 to 64 letters"],
    [{ name: "ключ" }, "name: must be 1 to 64 letters"],
    [{ name: "a".repeat(65) }, "name: must be 1 to 64 letters"],
    [{ scopes: [] }, "scopes: must name at least one scope"],
    [{ scopes: ["everything"] }, "must be one of places:read"],
    [{ days: 0 }, "days: must be a whole number from 1 to"],
    [{ days: 2_000 }, "days: must be a whole number from 1 to"],
    [{ days: 1.5 }, "days: must be a whole number from 1 to"],
    [{ expires: "never" }, "expires"],
  ])("makes none of %j", async (wrong, words) => {
    expect(await add(wrong)).toMatchObject({
      ...{ status: 400, body: { error: expect.stringContaining(words) } },
    });
  });

  it("takes no endless body", async () => {
    expect((await add({ scopes: ["x".repeat(20_000)] })).status).toBe(413);
  });
});

describe("a key", () => {
  const whoami = (key: string, fetch = admin.fetch) =>
    modern("tools/call", { name: "whoami", arguments: {} }, { headers: bearer(key), fetch });
  const statusOf = async (path: string, key: string, init: RequestInit = {}) => {
    const request = new Request(`${ORIGIN}/admin${path}`, { ...init, headers: bearer(key) });
    return (await admin.fetch(request)).status;
  };

  it("tells who its holder is, until it is revoked", async () => {
    const { key, expiresAt } = (await add({ scopes: ["tasks", "models"] })).body;
    expect((await whoami(key!)).body.result?.structuredContent).toEqual({
      subject: `key:${name}`,
      credential: "key",
      // With what everybody may.
      scopes: ["places:read", "location", "tasks", "models"],
      expires_at: expiresAt,
    });
    await admin.call("DELETE", `/keys/${name}`);
    expect((await whoami(key!)).status).toBe(401);
  });

  it("opens what it has the scope for, and nothing else", async () => {
    const reading = (await add()).body.key!;
    expect(await statusOf("/collections", reading)).toBe(403);
    expect(await statusOf("/keys", reading)).toBe(403);
    name += "-writing";
    const writing = (await add({ scopes: ["places:write"] })).body.key!;
    expect(await statusOf("/collections", writing)).toBe(200);
    expect(await statusOf("/keys", writing)).toBe(403);
    expect(await statusOf("/invites", writing)).toBe(403);
    name += "-all";
    const all = (await add({ scopes: ["admin"] })).body.key!;
    expect(await statusOf("/collections", all)).toBe(403);
    expect(await statusOf("/keys", all)).toBe(200);
    expect(await statusOf(`/keys/${name}`, all, { method: "DELETE" })).toBe(200);
    expect(await statusOf("/keys", all)).toBe(401);
  });

  it("is not refused where nobody can tell whether it is good", async () => {
    const { key } = (await add()).body;
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const silent = { findKey: () => Promise.reject(new Error("The object is gone.")) };
    const fetch = appWith(catalog, {
      ADMIN_TOKEN: "a secret of some length",
      CREDENTIALS: { getByName: () => silent },
    });
    const { status, headers } = await whoami(key!, fetch);
    expect([status, headers.get("www-authenticate")]).toEqual([503, null]);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect(log.mock.calls.flat().join()).not.toContain(key);
    log.mockRestore();
  });

  it("is none where nobody can make one", async () => {
    const { key } = (await add()).body;
    expect((await whoami(key!, appWith(catalog))).status).toBe(401);
  });
});

describe("/admin/invites", () => {
  it("makes an invitation, tells its code once, lists it, and revokes it", async () => {
    const request = { name, scopes: ["tasks"], uses: 3 };
    const { status, body } = await admin.call("POST", "/invites", request, NewInvitation);
    expect(status).toBe(201);
    const { code, ...rest } = body;
    expect(code).toMatch(/^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
    expect(rest).toMatchObject({ name, scopes: ["tasks"], uses: 3, used: 0 });
    expect(Date.parse(body.expiresAt!) - Date.parse(body.createdAt!)).toBe(7 * DAY_MS);
    const all = await admin.call("GET", "/invites", undefined, Invitations);
    expect(all.body.invitations).toContainEqual(rest);
    const revoked = await admin.call("DELETE", `/invites/${name}`, undefined, Revoked);
    expect(revoked).toEqual({ status: 200, body: { name } });
    expect((await admin.call("DELETE", `/invites/${name}`)).status).toBe(404);
  });

  it.each([
    [{ uses: 0 }, "uses: must be a whole number from 1 to"],
    [{ days: 400 }, "days: must be a whole number from 1 to 366"],
  ])("makes none of %j", async (wrong, words) => {
    const request = { name, scopes: ["tasks"], ...wrong };
    expect(await admin.call("POST", "/invites", request)).toMatchObject({
      ...{ status: 400, body: { error: expect.stringContaining(words) } },
    });
  });
});

it("makes no invitation where people sign in by a provider", async () => {
  const provider = new Admin(STORES, {
    SIGN_IN_ISSUER: "https://id.example.com",
    SIGN_IN_CLIENT_ID: "hereabouts",
    SIGN_IN_ALLOWED: "*",
  });
  const answer = await provider.call("POST", "/invites", { name, scopes: ["tasks"] });
  expect(answer).toMatchObject({
    ...{ status: 409, body: { error: expect.stringContaining("https://id.example.com") } },
  });
  expect((await provider.call("GET", "/invites")).status).toBe(200);
});

describe.each(["/admin/keys", "/admin/keys/one", "/admin/invites", "/admin/invites/one"])(
  "%s",
  (path) => {
    const TOKEN = "a secret of some length";
    const ask = (method: string, authorization: string, token?: string) =>
      appWith(catalog, { ADMIN_TOKEN: token })(
        new Request(`https://hereabouts.example${path}`, { method, headers: { authorization } }),
      );

    it.each(["GET", "POST", "DELETE"])(
      "is closed to %s without the admin token",
      async (method) => {
        for (const wrong of ["", "Bearer wrong", TOKEN]) {
          expect((await ask(method, wrong, TOKEN)).status).toBe(401);
        }
        expect((await ask(method, `Bearer ${TOKEN}`)).status).toBe(403);
      },
    );

    it("is kept by nobody on the way", async () => {
      const { headers } = await ask("GET", `Bearer ${TOKEN}`, TOKEN);
      expect(headers.get("cache-control")).toBe("no-store");
    });
  },
);
