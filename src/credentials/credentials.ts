import { DurableObject } from "cloudflare:workers";
import { isScope, type Scope } from "../scopes.ts";
import type { Invitation, Issued, Redemption } from "./issued.ts";

export type Kind = "key" | "invitation";

/** What is to be kept of a new key or invitation. */
export interface NewlyIssued {
  readonly name: string;
  /** The SHA-256 digest of its text, in hexadecimal digits. */
  readonly digest: string;
  readonly scopes: readonly Scope[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** How often it may be redeemed; keys: 0. */
  readonly uses: number;
}

/** More would not be an operator's any more, and a list has to fit into an answer. */
export const MOST_ISSUED = 1_000;
/** So long its list still tells why one does not work any more. */
const KEPT_AFTER_END_MS = 7 * 24 * 3_600_000;

interface Row extends Record<string, SqlStorageValue> {
  name: string;
  scopes: string;
  created_at_ms: number;
  expires_at_ms: number;
  uses: number;
  used: number;
}

const COLUMNS = "name, scopes, created_at_ms, expires_at_ms, uses, used";

/**
 * The keys and invitations that the operator has issued; there is one such object. They are here and not in D1, because a
 * revocation must count at once and redemptions must be counted exactly, and because D1 is an index that may be lost. Of
 * their texts it has only digests.
 */
export class Credentials extends DurableObject<Env> {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    state.storage.sql.exec(`
      CREATE TABLE IF NOT EXISTS issued (
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        digest TEXT NOT NULL UNIQUE,
        scopes TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        expires_at_ms INTEGER NOT NULL,
        uses INTEGER NOT NULL,
        used INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (kind, name)
      );
      -- By the names of invitations. It outlives them: a number is never given twice.
      CREATE TABLE IF NOT EXISTS redemptions (invitation TEXT PRIMARY KEY, number INTEGER NOT NULL);
    `);
  }

  /** One of the same kind and name is replaced only if it is over. */
  async issue(
    kind: Kind,
    { name, digest, scopes, createdAtMs, expiresAtMs, uses }: NewlyIssued,
  ): Promise<Invitation | "name is taken" | "too many"> {
    const over = "DELETE FROM issued WHERE kind = ? AND name = ? AND expires_at_ms <= ?";
    this.#sql.exec(over, kind, name, createdAtMs);
    if (this.list(kind).length >= MOST_ISSUED) return "too many";
    const [row] = this.#sql.exec<Row>(
      `INSERT INTO issued (kind, name, digest, scopes, created_at_ms, expires_at_ms, uses)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, name) DO NOTHING RETURNING ${COLUMNS}`,
      ...[kind, name, digest, scopes.join(" "), createdAtMs, expiresAtMs, uses],
    );
    if (!row) return "name is taken";
    await this.#setAlarm();
    return invitationOf(row);
  }

  /** By their names. */
  list(kind: Kind): Invitation[] {
    const query = `SELECT ${COLUMNS} FROM issued WHERE kind = ? ORDER BY name`;
    return this.#sql.exec<Row>(query, kind).toArray().map(invitationOf);
  }

  /** Whether there was one. */
  revoke(kind: Kind, name: string): boolean {
    const statement = "DELETE FROM issued WHERE kind = ? AND name = ?";
    return this.#sql.exec(statement, kind, name).rowsWritten > 0;
  }

  /** Also one that is over. */
  findKey(digest: string): Issued | undefined {
    const query = `SELECT ${COLUMNS} FROM issued WHERE kind = 'key' AND digest = ?`;
    const [row] = this.#sql.exec<Row>(query, digest);
    return row && issuedOf(row);
  }

  /** Undefined for an invitation that is not there, is over, or is used up. */
  redeem(digest: string): Redemption | undefined {
    const [row] = this.#sql.exec<Row>(
      `UPDATE issued SET used = used + 1
      WHERE kind = 'invitation' AND digest = ? AND used < uses AND expires_at_ms > ?
      RETURNING ${COLUMNS}`,
      ...[digest, Date.now()],
    );
    if (!row) return undefined;
    const { number } = this.#sql
      .exec<{ number: number }>(
        `INSERT INTO redemptions VALUES (?, 1)
        ON CONFLICT DO UPDATE SET number = number + 1 RETURNING number`,
        row.name,
      )
      .one();
    return { invitation: row.name, scopes: scopesOf(row), number };
  }

  override async alarm(): Promise<void> {
    const endedByMs = Date.now() - KEPT_AFTER_END_MS;
    this.#sql.exec("DELETE FROM issued WHERE expires_at_ms <= ?", endedByMs);
    await this.#setAlarm();
  }

  get #sql(): SqlStorage {
    return this.ctx.storage.sql;
  }

  /** Has the alarm ring when the next one is to be removed. */
  async #setAlarm(): Promise<void> {
    const { next } = this.#sql
      .exec<{ next: number | null }>("SELECT min(expires_at_ms) AS next FROM issued")
      .one();
    if (next !== null) await this.ctx.storage.setAlarm(next + KEPT_AFTER_END_MS);
  }
}

function issuedOf(row: Row): Issued {
  const { name, created_at_ms: createdAtMs, expires_at_ms: expiresAtMs } = row;
  return { name, scopes: scopesOf(row), createdAtMs, expiresAtMs };
}

function invitationOf(row: Row): Invitation {
  return { ...issuedOf(row), uses: row.uses, used: row.used };
}

function scopesOf({ scopes }: Row): Scope[] {
  return scopes.split(" ").filter(isScope);
}
