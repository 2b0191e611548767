import type { Scope } from "../scopes.ts";

/** A key or an invitation, without its text, which nobody can read again. */
export interface Issued {
  readonly name: string;
  /** What its holder may do, besides what everybody may. */
  readonly scopes: readonly Scope[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

export type Key = Issued;

export interface Invitation extends Issued {
  /** How often it may be redeemed, and how often it was. */
  readonly uses: number;
  readonly used: number;
}

/** An invitation that somebody has redeemed. */
export interface Redemption {
  readonly invitation: string;
  readonly scopes: readonly Scope[];
  /** Counts the redemptions of all invitations of this name, from 1: nobody else ever has it. */
  readonly number: number;
}
