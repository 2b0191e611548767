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
