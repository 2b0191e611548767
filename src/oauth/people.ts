import type { Config } from "../config/config.ts";
import { signInWays } from "../config/sign-in.ts";
import { SCOPES, type Scope } from "../scopes.ts";

/** Who has signed in, as a grant keeps it. It can be read only with a token of the grant in hand. */
export type Person =
  | { readonly way: "invitation" }
  | {
      readonly way: "provider";
      readonly issuer: string;
      /** Verified by the provider; missing where everybody may sign in, and the provider has told none. */
      readonly email: string | undefined;
    };

/** Who may sign in, and what they may allow. Plain data, which can go to an object. */
export interface Policy {
  readonly canSignIn: boolean;
  /** The provider, if people sign in by one. */
  readonly issuer: string | undefined;
  /** As SIGN_IN_ALLOWED has it. */
  readonly allowed: readonly string[];
  readonly scopes: readonly Scope[];
}

export function policyOf(config: Config): Policy {
  const { signInIssuer: issuer, signInAllowed: allowed, signInScopes, anonymousScopes } = config;
  // What everybody may do anyway can be asked for, too.
  const scopes = SCOPES.filter(
    (one) => signInScopes.includes(one) || anonymousScopes.includes(one),
  );
  return {
    canSignIn: signInWays(config).includes("oauth"),
    issuer,
    allowed,
    scopes: issuer === undefined ? SCOPES : scopes,
  };
}

/** Whether the provider's person with that verified address may sign in. */
export function isAllowed(
  email: string | undefined,
  { allowed }: Pick<Policy, "allowed">,
): boolean {
  const address = email?.toLowerCase();
  return allowed.some((item) => {
    if (item === "*") return true;
    return item.startsWith("@") ? address?.endsWith(item) : address === item;
  });
}

/** Whether somebody who has signed in once would still be let in: settings change while grants live. */
export function isStillAllowed(person: Person, policy: Policy): boolean {
  if (person.way === "invitation") return policy.canSignIn;
  return person.issuer === policy.issuer && isAllowed(person.email, policy);
}
