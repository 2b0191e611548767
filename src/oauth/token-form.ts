import { decodeJwt } from "jose";
import { isDocumentAddress } from "./client-document.ts";
import type { ClientRequest, ServerAnswer } from "./server.ts";

/** A token of ours, or a code: whose, of which grant, and a secret. */
export const TOKEN = /^([\w.~-]{1,100}):([\w-]{16}):[\w-]{32}$/;

/** What a request to the token endpoint says. Nobody has judged it yet. */
export interface TokenForm {
  readonly asks: "code" | "refresh" | "revocation" | "other";
  /** The grant whose code or token it shows, if that looks like one: `<user>:<grant>`. */
  readonly grant: string | undefined;
  /** The documents that describe the client, by all the ways in which it may name itself. */
  readonly documents: readonly string[];
}

const GRANT_TYPES = { authorization_code: "code", refresh_token: "refresh" } as const;
const SHOWN = { code: "code", refresh: "refresh_token", revocation: "token" } as const;

/** Undefined for what is no form. */
export function tokenFormOf({ method, headers, body }: ClientRequest): TokenForm | undefined {
  if (method !== "POST" || body === null) return undefined;
  const form = new URLSearchParams(body);
  const type = form.get("grant_type");
  const known = Object.entries(GRANT_TYPES).find(([name]) => name === type)?.[1];
  const asks = type === null ? "revocation" : (known ?? "other");
  const shown = asks === "other" ? null : form.get(SHOWN[asks]);
  const [, userId, grantId] = TOKEN.exec(shown ?? "") ?? [];
  const names = [form.get("client_id"), basicName(headers), assertedName(form)];
  return {
    asks,
    grant: userId && `${userId}:${grantId}`,
    documents: names.filter((name) => typeof name === "string").filter(isDocumentAddress),
  };
}

/** RFC 6749, 2.3.1. */
function basicName({ authorization = "" }: ClientRequest["headers"]): string | undefined {
  const [, pair] = /^basic +(.+)$/i.exec(authorization) ?? [];
  try {
    const [name] = atob(pair ?? "").split(":");
    return decodeURIComponent(name!);
  } catch {
    return undefined;
  }
}

/** RFC 7523, 3. */
function assertedName(form: URLSearchParams): string | undefined {
  try {
    return decodeJwt(form.get("client_assertion") ?? "").iss;
  } catch {
    return undefined;
  }
}

/** What the library says where it finds no grant (RFC 6749, 5.2); a token that is none is as good as revoked (RFC 7009, 2.2). */
export function noSuchGrant({ asks }: TokenForm): ServerAnswer {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  if (asks === "revocation") return { status: 200, headers, body: "", problems: [] };
  const error = { error: "invalid_grant", error_description: "Grant not found" };
  const problems = [{ category: "client", reason: "no_grant_of_its_document" }];
  return { status: 400, headers, body: JSON.stringify(error), problems };
}
