import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { MOST_ISSUED } from "../../src/credentials/credentials.ts";
import { IssuedCredentials } from "../../src/credentials/issued-credentials.ts";
import { REMEMBERED_MS, RememberedKeys } from "../../src/credentials/remembered-keys.ts";
import { Conflict, NotFound, StoreDown } from "../../src/errors.ts";

const DAY_MS = 24 * 3_600_000;
const SCOPES = ["places:read", "tasks"] as const;

const object = () => env.CREDENTIALS.getByName("credentials");
/** As another isolate has it: with a memory of its own. */
const elsewhere = (now?: () => number) =>
  new IssuedCredentials(env.CREDENTIALS, { count }, new RememberedKeys(now));

/** What the metrics are told. */
const count = vi.fn();

let ring: IssuedCredentials;
let name: string;
let tests = 0;

beforeEach(() => {
  ring = elsewhere();
  name = `test-${++tests}`;
});
afterEach(() => void vi.restoreAllMocks());

const newKey = (days = 1) => ring.addKey({ name, scopes: SCOPES, days });
const newInvitation = (uses = 1, days = 1) =>
  ring.addInvitation({ name, scopes: SCOPES, days, uses });

/** Moves the end of what has the name of the test. */
async function endAt(expiresAtMs: number): Promise<void> {
  await runInDurableObject(object(), (_, { storage }) => {
    storage.sql.exec("UPDATE issued SET expires_at_ms = ? WHERE name = ?", expiresAtMs, name);
  });
}

it("finds a key by its text, whatever happens to the object in between", async () => {
  const { key, text } = await newKey();
  expect(key).toMatchObject({ name, scopes: SCOPES });
  expect(key.expiresAtMs - key.createdAtMs).toBe(DAY_MS);
  await evictDurableObject(object());
  expect(await ring.findKey(text)).toMatchObject({ key: { name, scopes: SCOPES } });
  expect(await ring.keys()).toContainEqual(expect.objectContaining({ name, scopes: SCOPES }));
});

it("keeps nothing of which the texts could be made", async () => {
  const { text } = await newKey();
  const { code } = await newInvitation();
  const kept = await runInDurableObject(object(), (_, { storage }) =>
    JSON.stringify(storage.sql.exec("SELECT * FROM issued").toArray()),
  );
  expect(kept).toContain(name);
  for (const secret of [text, text.slice("hereabouts_".length, -6), code, code.replace(/-/g, "")]) {
    expect(kept).not.toContain(secret);
  }
});

it("tells why a text is no key", async () => {
  const { text } = await newKey();
  const { text: other } = await elsewhere().addKey({ name: `${name}-2`, scopes: SCOPES, days: 1 });
  await ring.revokeKey(`${name}-2`);
  expect(await ring.findKey(other)).toEqual({ refused: "unknown" });
  expect(await ring.findKey(text.slice(0, -1))).toEqual({ refused: "malformed" });
  const { code } = await newInvitation();
  expect(await ring.findKey(code)).toEqual({ refused: "malformed" });
  expect(await ring.redeemInvitation(text)).toBeUndefined();
  await endAt(Date.now() - 1);
  expect(await ring.findKey(text)).toEqual({ refused: "expired" });
});

it("does not ask the object for what can be no key, nor for a key that it has just seen", async () => {
  const { text } = await newKey();
  const asked = vi.fn(() => object());
  const counted = new IssuedCredentials(
    { getByName: asked } as unknown as typeof env.CREDENTIALS,
    { count },
    new RememberedKeys(),
  );
  await counted.findKey("hereabouts_nothing");
  expect(asked).toHaveBeenCalledTimes(0);
  await counted.findKey(text);
  await counted.findKey(text);
  expect(asked).toHaveBeenCalledTimes(1);
});

it("takes a key that was revoked for half a minute at most, where it was seen, and not at all where it was not", async () => {
  const { text } = await newKey();
  let nowMs = 0;
  const seen = elsewhere(() => nowMs);
  expect(await seen.findKey(text)).toHaveProperty("key");
  await ring.revokeKey(name);
  expect(await ring.findKey(text)).toEqual({ refused: "unknown" });
  expect(await elsewhere().findKey(text)).toEqual({ refused: "unknown" });
  nowMs = REMEMBERED_MS - 1;
  expect(await seen.findKey(text)).toHaveProperty("key");
  nowMs = REMEMBERED_MS;
  expect(await seen.findKey(text)).toEqual({ refused: "unknown" });
});

it("does not take a key beyond its end, though it was seen before", async () => {
  const { key, text } = await newKey();
  expect(await ring.findKey(text)).toHaveProperty("key");
  vi.spyOn(Date, "now").mockReturnValue(key.expiresAtMs);
  expect(await elsewhere().findKey(text)).toEqual({ refused: "expired" });
  const seen = new RememberedKeys(() => 0);
  seen.set("digest", key);
  expect(seen.get("digest")).toEqual(key);
});

it("remembers a bounded number of keys, those that were seen last", async () => {
  const { key } = await newKey();
  const seen = new RememberedKeys();
  for (let k = 0; k < 5_000; k++) seen.set(`digest ${k}`, key);
  expect(seen.get("digest 0")).toBeUndefined();
  expect(seen.get("digest 4999")).toEqual(key);
});

it("gives a name once, and again when its key is over or revoked", async () => {
  await newKey();
  await expect(newKey()).rejects.toThrow(Conflict);
  await expect(newKey()).rejects.toThrow(`There is a key "${name}" already`);
  // Keys and invitations have nothing to do with each other.
  await newInvitation();
  await endAt(Date.now() - 1);
  const { text } = await newKey();
  expect(await ring.findKey(text)).toHaveProperty("key");
  await ring.revokeKey(name);
  await newKey();
});

it("says what cannot be revoked", async () => {
  await expect(ring.revokeKey(name)).rejects.toThrow(NotFound);
  await expect(ring.revokeInvitation(name)).rejects.toThrow(`There is no invitation "${name}".`);
});

it("counts the redemptions of an invitation exactly, however many come at once", async () => {
  const { code } = await newInvitation(3);
  const redeemed = await Promise.all(
    Array.from({ length: 10 }, () => elsewhere().redeemInvitation(code.toLowerCase())),
  );
  const numbers = redeemed.flatMap((one) => one?.number ?? []);
  expect(numbers.sort()).toEqual([1, 2, 3]);
  expect(redeemed).toContainEqual({ invitation: name, scopes: SCOPES, number: 1 });
  const all = await ring.invitations();
  expect(all).toContainEqual(expect.objectContaining({ name, uses: 3, used: 3 }));
});

it("redeems no invitation that is over or revoked, nor one that never was", async () => {
  const { code } = await newInvitation(9);
  expect(await ring.redeemInvitation(code)).toMatchObject({ number: 1 });
  await endAt(Date.now() - 1);
  expect(await ring.redeemInvitation(code)).toBeUndefined();
  await endAt(Date.now() + DAY_MS);
  await ring.revokeInvitation(name);
  expect(await ring.redeemInvitation(code)).toBeUndefined();
  expect(await ring.redeemInvitation("0000-0000-0000-0000")).toBeUndefined();
});

it("never gives two people the same number of a name, though the invitation was made anew", async () => {
  const { code } = await newInvitation(5);
  await ring.redeemInvitation(code);
  await ring.revokeInvitation(name);
  await evictDurableObject(object());
  const { code: next } = await newInvitation(5);
  expect(await ring.redeemInvitation(next)).toMatchObject({ invitation: name, number: 2 });
});

it("removes by itself what has been over for a week", async () => {
  const { key } = await newKey();
  const listed = async () => (await ring.keys()).some((one) => one.name === name);
  const alarm = () => runInDurableObject(object(), (_, { storage }) => storage.getAlarm());
  expect(await alarm()).toBeLessThanOrEqual(key.expiresAtMs + 7 * DAY_MS);
  await endAt(Date.now() - 6 * DAY_MS);
  await runDurableObjectAlarm(object());
  expect(await listed()).toBe(true);
  expect(await alarm()).toBeLessThanOrEqual(Date.now() + DAY_MS);
  await endAt(Date.now() - 7 * DAY_MS);
  await runDurableObjectAlarm(object());
  expect(await listed()).toBe(false);
});

it("holds a bounded number", async () => {
  await runInDurableObject(object(), (_, { storage }) => {
    storage.sql.exec(
      `WITH RECURSIVE n (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < ?)
      INSERT INTO issued SELECT 'key', 'many-' || k, k, '', 0, ?, 0, 0 FROM n`,
      ...[MOST_ISSUED, Date.now() + DAY_MS],
    );
  });
  await expect(newKey()).rejects.toThrow(
    `There are ${MOST_ISSUED} keys already: revoke some first.`,
  );
  await runInDurableObject(object(), (_, { storage }) => {
    storage.sql.exec("DELETE FROM issued WHERE name LIKE 'many-%'");
  });
});

it("says so where the object does not answer, and where it fails", async () => {
  const { text } = await newKey();
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const broken = (findKey: () => Promise<never>) =>
    new IssuedCredentials(
      { getByName: () => ({ findKey }) } as unknown as typeof env.CREDENTIALS,
      { count },
      new RememberedKeys(),
    ).findKey(text);
  const timer = vi
    .spyOn(globalThis, "setTimeout")
    .mockImplementation(((run: () => void) => run()) as unknown as typeof setTimeout);
  await expect(broken(() => new Promise(() => {}))).rejects.toThrow(StoreDown);
  expect(timer).toHaveBeenCalledWith(expect.any(Function), 3_000);
  timer.mockRestore();
  await expect(broken(() => Promise.reject(new Error(text)))).rejects.toThrow(StoreDown);
  expect(log).toHaveBeenCalledTimes(2);
  expect(log.mock.calls.flat().join()).not.toContain(text);

  const failures = () => count.mock.calls.map(([, labels]) => labels.kind);
  expect(failures()).toEqual(["timed_out", "failed"]);
  count.mockClear();

  // An object that was moved is asked once more, unless it has too much to do.
  const moved = (marks: object) => {
    const findKey = vi.fn(() => Promise.reject(Object.assign(new Error(), marks)));
    return broken(findKey).catch(() => findKey.mock.calls.length);
  };
  expect(await moved({ retryable: true })).toBe(2);
  expect(await moved({ retryable: true, overloaded: true })).toBe(1);
  expect(failures()).toEqual(["retried", "failed", "failed"]);
});
