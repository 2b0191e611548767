import type { Caller, Principal } from "../caller.ts";
import type { Config } from "../config/config.ts";
import { sha256Hex } from "../digest.ts";
import { isOfAssistant, whyNotHere } from "../location/relay-detection.ts";
import type { Limits } from "../services.ts";

/** What is counted together, and by which limit. */
export interface Bucket {
  readonly kind: "subject" | "address" | "relay" | "sign_in";
  readonly limit: keyof Limits;
  /** Told to Cloudflare: a subject and a user are digests in it. */
  readonly key: string;
}

/** What tells whose request it is. */
export interface Sender extends Pick<Caller, "cf" | "address"> {
  readonly principal: Pick<Principal, "subject">;
  readonly addressBlock: string | undefined;
  /** What the host says of its user, in the `_meta` of a message. */
  readonly meta: Readonly<Record<string, unknown>>;
}

/** The names under which hosts tell their users apart. Anybody can send them. */
const USER_KEYS = ["openai/subject"] as const;
const LONGEST_USER = 512;

/**
 * In which buckets a request counts: its subject's; else that of its address. Behind the address of an assistant are many
 * people, so it has a larger bucket. Where the network shows that somebody else's server calls, each user whom that names
 * has a bucket besides, because the names may be made up.
 */
export async function bucketsOf(
  sender: Sender,
  config: Pick<Config, "relays" | "openaiRanges">,
): Promise<Bucket[]> {
  const { principal, addressBlock, meta } = sender;
  if (principal.subject !== undefined) return [await subjectBucket(principal.subject)];
  if (addressBlock === undefined) return [];
  const shared = { kind: "relay", limit: "relays", key: `relay:${addressBlock}` } as const;
  const user = USER_KEYS.map((name) => meta[name]).find((value) => typeof value === "string");
  if (typeof user === "string" && user !== "" && !isOwnNetwork(sender, config)) {
    const digest = await sha256Hex(`${addressBlock}\n${user.slice(0, LONGEST_USER)}`);
    return [{ kind: "relay", limit: "requests", key: `relay:${digest}` }, shared];
  }
  return [isOfAssistant(sender, config) ? shared : addressBucket(addressBlock)];
}

async function subjectBucket(subject: string): Promise<Bucket> {
  return { kind: "subject", limit: "requests", key: `subject:${await sha256Hex(subject)}` };
}

export function addressBucket(addressBlock: string): Bucket {
  return { kind: "address", limit: "requests", key: `address:${addressBlock}` };
}

export function signInBucket(addressBlock: string): Bucket {
  return { kind: "sign_in", limit: "signIns", key: `sign-in:${addressBlock}` };
}

/** Whether the connection is the user's own, by its network alone: what a program calls itself proves nothing. */
function isOwnNetwork(
  { cf, address }: Sender,
  config: Pick<Config, "relays" | "openaiRanges">,
): boolean {
  return whyNotHere({ cf, address, meta: {} }, config) === undefined;
}
