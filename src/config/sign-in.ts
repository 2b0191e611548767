import { SCOPES, type Scope } from "../scopes.ts";
import type { Config } from "./config.ts";

/** How somebody can sign in. */
export type SignInWay = "admin_token" | "keys" | "jwt" | "oauth";

type Settings = Pick<
  Config,
  "adminToken" | "anonymousScopes" | "jwtIssuer" | "signInIssuer" | "signInScopes"
>;

/** The ways of signing in that are on. */
export function signInWays(settings: Settings): SignInWay[] {
  const { adminToken, jwtIssuer, signInIssuer } = settings;
  const isOn: Readonly<Record<SignInWay, boolean>> = {
    admin_token: adminToken !== undefined,
    // There is somebody who may make them.
    keys: givableScopes(settings).has("admin"),
    jwt: jwtIssuer !== undefined,
    // With the admin token somebody can make invitations.
    oauth: Boolean(adminToken ?? signInIssuer),
  };
  return (Object.keys(isOn) as SignInWay[]).filter((way) => isOn[way]);
}

/** Whether there is a server that gives tokens, of which clients are told (RFC 9728). */
export function hasTokenServer(settings: Settings): boolean {
  return signInWays(settings).some((way) => way === "jwt" || way === "oauth");
}

/** What some caller here may do, or could after signing in. */
export function givableScopes(settings: Settings): ReadonlySet<Scope> {
  const { adminToken, anonymousScopes, jwtIssuer, signInIssuer, signInScopes } = settings;
  const bySignIn = signInIssuer ? signInScopes : [];
  // Whoever has the scope admin may make keys with any other.
  if (adminToken || jwtIssuer || bySignIn.includes("admin")) return new Set(SCOPES);
  return new Set([...anonymousScopes, ...bySignIn]);
}
