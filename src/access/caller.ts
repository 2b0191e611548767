/** What a request says about who asks. Any of it may be missing, and none of it is proven. */
export interface Caller {
  /** Where Cloudflare saw the connection come from: often the assistant's data centre, not the person. */
  readonly cf: IncomingRequestCfProperties | undefined;
  readonly userAgent: string | undefined;
  /** The program's own name, such as `claude-ai`. Clients of the 2025 revisions do not send it with a call. */
  readonly clientName: string | undefined;
  /** The call's `_meta` without the protocol's own keys; hosts leave hints there (`openai/userLocation`). */
  readonly meta: Readonly<Record<string, unknown>>;
}
