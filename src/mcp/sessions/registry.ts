import { DurableObject } from "cloudflare:workers";

/** What is held for a while, of which there may be only so many at once. */
export interface Lease {
  readonly id: string;
  /** `form`: one that is shown to a session's user and waits for an answer. */
  readonly kind: "session" | "form";
  /** Who has a share of all: a digest. Undefined for nobody in particular. */
  readonly holder: string | undefined;
  readonly expiresAtMs: number;
}

/** How many of a kind may live. */
export interface Most {
  readonly inAll: number;
  readonly ofHolder: number;
}

export type Granted = "granted" | "full" | "address_share";

/**
 * Counts what clients of 2025 revisions hold at once; there is one such object. It is asked when a session or a form
 * begins and ends, not in between. Each has a lease, which lapses by itself if it ends without a word. If the register
 * cannot be reached none begins: their number must stay bounded, and a client without one is served all the same.
 */
export class SessionRegister extends DurableObject<Env> {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    state.storage.sql.exec(SCHEMA);
  }

  /** Gives a lease, or renews one: what lives, lives on. */
  take({ id, kind, holder, expiresAtMs }: Lease, most: Most): Granted {
    const { sql } = this.ctx.storage;
    sql.exec("DELETE FROM held WHERE expires_at_ms <= ?", Date.now());
    const renewed = sql.exec("UPDATE held SET expires_at_ms = ? WHERE id = ?", expiresAtMs, id);
    if (renewed.rowsWritten > 0) return "granted";
    if (this.#live(kind, ALL) >= most.inAll) return "full";
    if (holder !== undefined && this.#live(kind, holder) >= most.ofHolder) return "address_share";
    const owner = holder ?? NOBODY;
    sql.exec("INSERT INTO held VALUES (?, ?, ?, ?)", id, kind, owner, expiresAtMs);
    return "granted";
  }

  end(id: string): void {
    this.ctx.storage.sql.exec("DELETE FROM held WHERE id = ?", id);
  }

  /** How many sessions live. */
  count(): number {
    this.ctx.storage.sql.exec("DELETE FROM held WHERE expires_at_ms <= ?", Date.now());
    return this.#live("session", ALL);
  }

  #live(kind: Lease["kind"], holder: string): number {
    const [row] = this.ctx.storage.sql
      .exec<{ live: number }>("SELECT live FROM counts WHERE kind = ? AND holder = ?", kind, holder)
      .toArray();
    return row?.live ?? 0;
  }
}

/** In place of a holder: digests have other letters. */
const [ALL, NOBODY] = ["all", "nobody"];

/**
 * The counts follow the leases by triggers, so that they are right however a lease ends, and nothing is counted over.
 * `leases` was another layout's; what it had is held anew within an hour.
 */
const SCHEMA = `
  DROP TABLE IF EXISTS leases;
  CREATE TABLE IF NOT EXISTS held (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, holder TEXT NOT NULL, expires_at_ms INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS held_by_end ON held (expires_at_ms);
  CREATE TABLE IF NOT EXISTS counts (
    kind TEXT NOT NULL, holder TEXT NOT NULL, live INTEGER NOT NULL, PRIMARY KEY (kind, holder)
  ) WITHOUT ROWID;
  CREATE TRIGGER IF NOT EXISTS held_begins AFTER INSERT ON held BEGIN
    INSERT INTO counts VALUES (new.kind, '${ALL}', 1), (new.kind, new.holder, 1)
      ON CONFLICT DO UPDATE SET live = live + 1;
  END;
  CREATE TRIGGER IF NOT EXISTS held_ends AFTER DELETE ON held BEGIN
    UPDATE counts SET live = live - 1 WHERE kind = old.kind AND holder IN ('${ALL}', old.holder);
    DELETE FROM counts WHERE kind = old.kind AND holder = old.holder AND live = 0;
  END;`;
