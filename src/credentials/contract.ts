import * as z from "zod/v4";
import { SCOPES } from "../scopes.ts";

/**
 * The admin API of keys (src/http/admin/keys.ts) and invitations (invites.ts): what it is asked and what it answers, as JSON.
 * The commands in scripts/ and the tests check answers by it. All addresses begin with `/admin`.
 */

/** ISO 8601. */
const instant = z.string();

/** A name begins with what no path and no command line takes for something else. */
const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;
const CredentialName = z
  .string()
  .regex(NAME, "must be 1 to 64 letters, digits, -, _ and ., with a letter or a digit first");

const Scopes = z
  .array(z.enum(SCOPES, `must be one of ${SCOPES.join(", ")}`))
  .min(1, "must name at least one scope")
  .transform((scopes) => [...new Set(scopes)]);

const wholeNumber = (most: number) => {
  const words = `must be a whole number from 1 to ${most}`;
  return z.int(words).min(1, words).max(most, words);
};

/** POST /keys */
export const KeyRequest = z.strictObject({
  name: CredentialName,
  scopes: Scopes,
  /** How long it counts: a year, at most five. */
  days: wholeNumber(5 * 366).default(365),
});
export type KeyRequest = z.input<typeof KeyRequest>;

const Issued = z.object({
  name: z.string(),
  scopes: z.array(z.string()).readonly(),
  createdAt: instant,
  expiresAt: instant,
});

/** GET /keys: by their names; also those that are over, for some days. */
export const Keys = z.object({ keys: z.array(Issued).readonly() });
export type Keys = z.infer<typeof Keys>;

/** The answer to POST /keys: the only one that ever has the text of the key. */
export const NewKey = Issued.extend({ key: z.string() });
export type NewKey = z.infer<typeof NewKey>;

/** POST /invites */
export const InvitationRequest = z.strictObject({
  name: CredentialName,
  scopes: Scopes,
  /** How long it can be redeemed. */
  days: wholeNumber(366).default(7),
  /** How often it can be redeemed. */
  uses: wholeNumber(10_000).default(1),
});
export type InvitationRequest = z.input<typeof InvitationRequest>;

const Invitation = Issued.extend({ uses: z.int(), used: z.int() });

/** GET /invites: by their names; also those that are over, for some days. */
export const Invitations = z.object({ invitations: z.array(Invitation).readonly() });
export type Invitations = z.infer<typeof Invitations>;

/** The answer to POST /invites: the only one that ever has the code. */
export const NewInvitation = Invitation.extend({ code: z.string() });
export type NewInvitation = z.infer<typeof NewInvitation>;

/** DELETE /keys/:name and DELETE /invites/:name */
export const Revoked = z.object({ name: z.string() });
export type Revoked = z.infer<typeof Revoked>;
