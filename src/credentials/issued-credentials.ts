import { sha256Hex } from "../digest.ts";
import { Conflict, NotFound } from "../errors.ts";
import type { Metrics } from "../observe/metrics.ts";
import { objectCall, Patience } from "../stores/patience.ts";
import { type Credentials, type Kind, MOST_ISSUED, type NewlyIssued } from "./credentials.ts";
import { newInvitationCode, readInvitationCode } from "./invitation-code.ts";
import type { Invitation, Key, Redemption } from "./issued.ts";
import { isKeyText, newKeyText } from "./key-text.ts";
import { RememberedKeys } from "./remembered-keys.ts";

/** A key that counts, or why a text is none. */
export type FoundKey = { readonly key: Key } | { readonly refused: RefusedKey };
export type RefusedKey = "malformed" | "unknown" | "expired";

/** What a new key or invitation is to be. */
export interface Order extends Pick<NewlyIssued, "name" | "scopes"> {
  /** How long it counts. */
  readonly days: number;
}

const DAY_MS = 24 * 3_600_000;
const WORDS = { key: "a key", invitation: "an invitation" } as const;
/** Of this isolate. */
const REMEMBERED = new RememberedKeys();

/**
 * The keys and invitations that the operator has issued.
 *
 * Every method throws StoreDown where the object that keeps them does not answer.
 */
export class IssuedCredentials {
  readonly #objects: DurableObjectNamespace<Credentials>;
  readonly #patience: Patience;
  readonly #remembered: RememberedKeys;

  constructor(
    objects: DurableObjectNamespace<Credentials>,
    metrics: Pick<Metrics, "count">,
    remembered = REMEMBERED,
  ) {
    this.#objects = objects;
    this.#patience = new Patience(metrics);
    this.#remembered = remembered;
  }

  /** The key that a text is. One that was revoked is found for half a minute more by isolates that have just seen it. */
  async findKey(text: string): Promise<FoundKey> {
    if (!(await isKeyText(text))) return { refused: "malformed" };
    const digest = await sha256Hex(text);
    const key = this.#remembered.get(digest) ?? (await this.#lookUp(digest));
    if (!key) return { refused: "unknown" };
    return key.expiresAtMs > Date.now() ? { key } : { refused: "expired" };
  }

  async #lookUp(digest: string): Promise<Key | undefined> {
    const key = await this.#ask((object) => object.findKey(digest));
    if (key) this.#remembered.set(digest, key);
    return key;
  }

  /** The new key with its text, which is told this once. @throws Conflict if the name is taken */
  async addKey(order: Order): Promise<{ key: Key; text: string }> {
    const text = await newKeyText();
    const key = await this.#issue("key", { ...order, uses: 0 }, text);
    return { key, text };
  }

  /** By their names; also those that are over, for some days. */
  async keys(): Promise<readonly Key[]> {
    return this.#ask((object) => object.list("key"));
  }

  /** @throws NotFound */
  async revokeKey(name: string): Promise<void> {
    await this.#revoke("key", name);
    this.#remembered.forget(name);
  }

  /** Takes one use of an invitation. Undefined if its code is wrong, or if it is over, used up or revoked. */
  async redeemInvitation(code: string): Promise<Redemption | undefined> {
    const known = readInvitationCode(code);
    if (known === undefined) return undefined;
    const digest = await sha256Hex(known);
    return this.#ask((object) => object.redeem(digest), { isRepeatable: false });
  }

  /** The new invitation with its code, which is told this once. @throws Conflict if the name is taken */
  async addInvitation(
    order: Order & { readonly uses: number },
  ): Promise<{ invitation: Invitation; code: string }> {
    const code = newInvitationCode();
    return { invitation: await this.#issue("invitation", order, code), code };
  }

  /** By their names; also those that are over, for some days. */
  async invitations(): Promise<readonly Invitation[]> {
    return this.#ask((object) => object.list("invitation"));
  }

  /** Who has redeemed it before keeps what it has brought. @throws NotFound */
  async revokeInvitation(name: string): Promise<void> {
    await this.#revoke("invitation", name);
  }

  async #issue(
    kind: Kind,
    { days, ...rest }: Order & { readonly uses: number },
    text: string,
  ): Promise<Invitation> {
    const createdAtMs = Date.now();
    const expiresAtMs = createdAtMs + days * DAY_MS;
    const issued = { ...rest, digest: await sha256Hex(text), createdAtMs, expiresAtMs };
    const made = await this.#ask(async (object) => await object.issue(kind, issued), {
      isRepeatable: false,
    });
    if (made === "name is taken") {
      throw new Conflict(
        `There is ${WORDS[kind]} "${rest.name}" already: choose another name, or revoke that one first.`,
      );
    }
    if (made === "too many") {
      throw new Conflict(`There are ${MOST_ISSUED} ${kind}s already: revoke some first.`);
    }
    return made;
  }

  async #revoke(kind: Kind, name: string): Promise<void> {
    const was = await this.#ask((object) => object.revoke(kind, name));
    if (!was) throw new NotFound(`There is no ${kind} "${name}".`);
  }

  #ask<Answer>(
    ask: (object: DurableObjectStub<Credentials>) => Promise<Answer>,
    { isRepeatable = true } = {},
  ): Promise<Answer> {
    const call = objectCall("credentials", isRepeatable);
    return this.#patience.call(call, () => ask(this.#objects.getByName("credentials")));
  }
}
