import type { Principal } from "../../caller.ts";
import type { Deployment } from "../../services.ts";

/** What is wrong with credentials. It is for the operator: callers are told the same whatever it is. */
export type RefusalReason =
  | "malformed"
  | "too_long"
  | "unknown"
  | "expired"
  | "not_yet"
  | "wrong_audience"
  | "wrong_issuer"
  | "wrong_signature"
  | "wrong_algorithm"
  | "revoked";

/** Whether credentials prove who asks. The scopes are those that come with them, besides what everybody may do. */
export type Verdict = { readonly principal: Principal } | { readonly refused: RefusalReason };

/** What a token is judged by, besides what it says. */
export interface Judged {
  /** What it must be for. */
  readonly resource: string;
  readonly deployment: Deployment;
}
