/** What a request says about who asks. Any of it may be missing, and none of it is proven. */
export interface Caller {
  /** Where Cloudflare saw the connection come from: often the assistant's data centre, not the person. */
  readonly cf: IncomingRequestCfProperties | undefined;
  /** The address of the connection, IPv4 or IPv6. */
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
  /** The program's own name, such as `claude-ai`. Clients of the 2025 revisions do not send it with a call. */
  readonly clientName: string | undefined;
  /** Who has been authenticated; nobody yet. */
  readonly subject: string | undefined;
  /** The session of a 2025-era client that has one. */
  readonly sessionId: string | undefined;
  /** The call's `_meta` without the protocol's own keys; hosts leave hints there (`openai/userLocation`). */
  readonly meta: Readonly<Record<string, unknown>>;
  /** What the user answered to a question of this call (errors.ts), by its field; `undefined`: would not say. */
  readonly answers: ReadonlyMap<string, string | undefined>;
}
