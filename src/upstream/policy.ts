/** What a call to another server may cost, and where it may go. */
export interface UpstreamPolicy {
  /** For the whole call: attempts, pauses between them, redirects, and the answer's body. */
  readonly deadlineMs: number;
  /** For the beginning of an answer, and for each next piece of its body. */
  readonly stallMs: number;
  /** How long a body may be, both as it is sent and when it is unpacked. */
  readonly mostBytes: number;
  readonly mostRedirects: number;
  /** How many attempts may follow the first one. */
  readonly mostRetries: number;
  /**
   * Whether addresses of this machine, of private networks and of a cloud's metadata may be called. Only what an
   * address says is judged: a Worker cannot look up what a name stands for.
   */
  readonly allowPrivateHosts: boolean;
  /**
   * Whether an origin that has failed several times is left alone for a moment, which it is if left out. Not where
   * strangers say what is called: one of them could have an origin left alone that others need.
   */
  readonly sparesOrigins?: boolean;
}
