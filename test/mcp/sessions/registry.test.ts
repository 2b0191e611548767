import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { Lease, SessionRegister } from "../../../src/mcp/sessions/registry.ts";

const MOST = { inAll: 8, ofHolder: 3 };

const inRegister = <T>(
  name: string,
  act: (register: SessionRegister, state: DurableObjectState) => T,
) => runInDurableObject(env.SESSION_REGISTER.getByName(name), act);

/** What a register should do, counted over each time. */
class Model {
  #leases: Lease[] = [];

  take(lease: Lease, now: number) {
    this.#leases = this.#leases.filter(({ expiresAtMs }) => expiresAtMs > now);
    const known = this.#leases.findIndex(({ id }) => id === lease.id);
    if (known >= 0) {
      this.#leases[known] = { ...this.#leases[known]!, expiresAtMs: lease.expiresAtMs };
      return "granted";
    }
    const others = this.#leases.filter(({ kind }) => kind === lease.kind);
    if (others.length >= MOST.inAll) return "full";
    const own = others.filter(({ holder }) => holder === lease.holder);
    if (lease.holder !== undefined && own.length >= MOST.ofHolder) return "address_share";
    this.#leases.push(lease);
    return "granted";
  }

  end(gone: string) {
    this.#leases = this.#leases.filter(({ id }) => id !== gone);
  }

  count(now: number) {
    this.#leases = this.#leases.filter(({ expiresAtMs }) => expiresAtMs > now);
    return this.#leases.filter(({ kind }) => kind === "session").length;
  }
}

it("counts right, however leases end", async () => {
  const step = fc.record({
    id: fc.integer({ min: 0, max: 15 }),
    holder: fc.option(fc.constantFrom("ada", "bob"), { nil: undefined }),
    kind: fc.constantFrom("session", "session", "form"),
    livesMs: fc.integer({ min: 0, max: 60 }),
    ends: fc.nat({ max: 3 }).map((n) => n === 0),
    waitMs: fc.integer({ min: 0, max: 20 }),
  });
  let run = 0;
  vi.useFakeTimers({ toFake: ["Date"] });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      await inRegister(`run ${run++}`, (register) => {
        const model = new Model();
        for (const { id: number, ends, waitMs, livesMs, kind, holder } of steps) {
          const now = Date.now() + waitMs;
          vi.setSystemTime(now);
          const id = `${kind} ${number}`;
          if (ends) {
            register.end(id);
            model.end(id);
          } else {
            const lease = { id, kind, holder, expiresAtMs: now + livesMs } as const;
            expect(register.take(lease, MOST)).toBe(model.take(lease, now));
          }
          expect(register.count()).toBe(model.count(now));
        }
      });
    }),
    { numRuns: 30 },
  );
  vi.useRealTimers();
});

it("reads as little of ten thousand leases as of ten", async () => {
  const soon = Date.now() + 600_000;
  const read = async (leases: number) =>
    inRegister(`of ${leases}`, (register, state) => {
      const { sql } = state.storage;
      for (let n = 0; n < leases; n++) {
        sql.exec("INSERT INTO held VALUES (?, 'session', ?, ?)", `s${n}`, `h${n % 100}`, soon);
      }
      const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
      const exec = sql.exec.bind(sql);
      sql.exec = ((...args: Parameters<typeof exec>) => {
        const cursor = exec(...args);
        cursors.push(cursor);
        return cursor;
      }) as typeof sql.exec;
      const lease = { id: "one more", kind: "session", holder: "h1", expiresAtMs: soon } as const;
      expect(register.take(lease, { inAll: leases, ofHolder: 1_000 })).toBe("full");
      expect(register.take(lease, { inAll: leases + 1, ofHolder: 1_000 })).toBe("granted");
      expect(register.count()).toBe(leases + 1);
      expect(cursors.length).toBeGreaterThan(0);
      return cursors.reduce((sum, { rowsRead }) => sum + rowsRead, 0);
    });
  expect(await read(10_000)).toBe(await read(10));
});

it("forgets how it was laid out before", async () => {
  const before = env.SESSION_REGISTER.getByName("of before");
  await runInDurableObject(before, (_, state) => {
    state.storage.sql.exec("CREATE TABLE leases (id TEXT PRIMARY KEY, expires_at_ms INTEGER)");
  });
  await evictDurableObject(before);
  await inRegister("of before", (register, state) => {
    expect(register.count()).toBe(0);
    const tables = state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'leases'");
    expect(tables.toArray()).toEqual([]);
  });
});
