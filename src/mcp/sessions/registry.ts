import { DurableObject } from "cloudflare:workers";

/**
 * Counts the sessions of 2025-era clients that live at once; there is one such object. It is asked when a
 * session begins and ends, not in between. Each session has a lease, which lapses by itself if the session ends
 * without a word. If the register cannot be reached no session begins: their number must stay bounded,
 * and clients without a session are not concerned.
 */
export class SessionRegister extends DurableObject<Env> {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    state.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS leases (id TEXT PRIMARY KEY, expires_at_ms INTEGER NOT NULL)",
    );
  }

  /** Gives a lease, or renews one; refuses if `most` others live. */
  take(id: string, expiresAtMs: number, most: number): boolean {
    const { sql } = this.ctx.storage;
    sql.exec("DELETE FROM leases WHERE expires_at_ms <= ?", Date.now());
    const { live } = sql
      .exec<{ live: number }>("SELECT count(*) AS live FROM leases WHERE id <> ?", id)
      .one();
    if (live >= most) return false;
    sql.exec("INSERT OR REPLACE INTO leases VALUES (?, ?)", id, expiresAtMs);
    return true;
  }

  end(id: string): void {
    this.ctx.storage.sql.exec("DELETE FROM leases WHERE id = ?", id);
  }
}
