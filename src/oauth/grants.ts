import type { Grant, OAuthHelpers } from "@cloudflare/workers-oauth-provider";
import type { GrantEntry } from "./contract.ts";

/** What a grant tells of itself, for whoever runs the server. */
export interface GrantNote {
  /** What the program calls itself. */
  readonly client: string;
  /** By what the person has signed in: an invitation's name, or an address that the provider has verified. */
  readonly person: string;
}

export interface GrantList {
  readonly grants: readonly GrantEntry[];
  readonly next: string | undefined;
}

/** Each grant is a read of its own, and a request has so many. */
const GRANTS_A_PAGE = 100;
const PREFIX = "grant:";

/** Where the library keeps a grant: `<user>:<grant>`. */
export const grantKey = (grant: string): string => PREFIX + grant;

export async function grantsPage(
  store: KVNamespace,
  cursor: string | undefined,
): Promise<GrantList> {
  const page = await store.list({
    prefix: PREFIX,
    limit: GRANTS_A_PAGE,
    ...(cursor !== undefined && { cursor }),
  });
  const grants = await Promise.all(page.keys.map(({ name }) => store.get<Grant>(name, "json")));
  return {
    grants: grants.filter((one) => one !== null).map(entryOf),
    next: page.list_complete ? undefined : page.cursor,
  };
}

function entryOf({ id, userId, clientId, scope, resource, metadata, ...times }: Grant): GrantEntry {
  const { client, person } = metadata as GrantNote;
  return {
    id,
    subject: `oauth:${userId}`,
    person,
    client,
    clientId,
    resource: String(resource),
    scopes: scope,
    createdAt: isoTime(times.createdAt),
    ...(times.expiresAt !== undefined && { endsAt: isoTime(times.expiresAt) }),
  };
}

const isoTime = (seconds: number): string => new Date(seconds * 1_000).toISOString();

export interface Ended {
  readonly ended: number;
  /** Where to go on, if the person has more grants than one request can end. */
  readonly next: string | undefined;
}

/** Ends one grant of a person, or a page of all of them, with their tokens. */
export async function endGrants(
  store: KVNamespace,
  helpers: OAuthHelpers,
  userId: string,
  grantId: string | undefined,
  cursor: string | undefined,
): Promise<Ended> {
  const prefix = `${PREFIX}${userId}:${grantId ?? ""}`;
  const page = await store.list({
    prefix,
    limit: GRANTS_A_PAGE,
    ...(cursor !== undefined && { cursor }),
  });
  const ids = page.keys
    .map(({ name }) => name.slice(PREFIX.length + userId.length + 1))
    .filter((id) => grantId === undefined || id === grantId);
  for (const id of ids) await helpers.revokeGrant(id, userId);
  return { ended: ids.length, next: page.list_complete ? undefined : page.cursor };
}

const CURSOR = "sweep-cursor";
const SWEPT_AT_ONCE = 50;

/** Removes some of what has expired, or is left over of what has been ended. */
export async function sweepStep(store: KVNamespace, helpers: OAuthHelpers): Promise<void> {
  const cursor = (await store.get(CURSOR)) ?? undefined;
  const { cursor: next } = await helpers.purgeExpiredData({
    batchSize: SWEPT_AT_ONCE,
    ...(cursor !== undefined && { cursor }),
  });
  if (next === undefined) await store.delete(CURSOR);
  else await store.put(CURSOR, next);
}
