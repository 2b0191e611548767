type Params = Readonly<Record<string, unknown>>;

interface Received {
  readonly source: unknown;
  readonly data: unknown;
}

/** A window inside another one, as far as messages go. */
export interface FramedWindow {
  readonly parent: { postMessage(message: unknown, targetOrigin: string): void };
  addEventListener(type: "message", listener: (event: Received) => void): void;
  removeEventListener(type: "message", listener: (event: Received) => void): void;
}

/** A request or notification, as it is sent. */
export interface Message {
  readonly method: string;
  readonly params?: object | undefined;
}

/** What the other side may want. Neither throws. */
export interface Handlers {
  /** @returns the result; undefined if there is no such method */
  asked(method: string, params: Params): object | undefined;
  told(method: string, params: Params): void;
}

/** Why a request has no result. Its message is for the person who looks at the view. */
export class NoResult extends Error {
  readonly reason: "refused" | "late" | "closed";

  constructor(reason: NoResult["reason"]) {
    super(WORDS[reason]);
    this.reason = reason;
  }
}

const WORDS = {
  refused: "The assistant did not let the map do that.",
  late: "The assistant did not answer in time.",
  closed: "The assistant has closed this map.",
};

const METHOD_NOT_FOUND = { code: -32601, message: "There is no such method here." };

/** JSON-RPC 2.0 by postMessage, with the window that has this frame, and with no other. */
export class Channel {
  readonly #window: FramedWindow;
  readonly #handlers: Handlers;
  readonly #waiting = new Map<unknown, (result: unknown, reason?: NoResult["reason"]) => void>();
  #lastId = 0;
  #isClosed = false;

  constructor(window: FramedWindow, handlers: Handlers) {
    this.#window = window;
    this.#handlers = handlers;
    window.addEventListener("message", this.#receive);
  }

  /** @throws NoResult if the other side refuses, or does not answer in time */
  request(message: Message, deadlineMs: number): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new NoResult("closed"));
      const timer = setTimeout(() => settle(undefined, "late"), deadlineMs);
      const settle = (result: unknown, reason?: NoResult["reason"]) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        if (reason) reject(new NoResult(reason));
        else resolve(result);
      };
      this.#waiting.set(id, settle);
      this.#post({ id, ...message });
    });
  }

  notify(message: Message): void {
    if (!this.#isClosed) this.#post(message);
  }

  /** Nothing is heard, and nothing said, from now on. */
  close(): void {
    this.#isClosed = true;
    this.#window.removeEventListener("message", this.#receive);
    for (const settle of [...this.#waiting.values()]) settle(undefined, "closed");
  }

  readonly #receive = ({ source, data }: Received): void => {
    // Whose frame this is, is the one thing that is known of a host: some have no origin, others any.
    if (source !== this.#window.parent || !isObject(data) || data.jsonrpc !== "2.0") return;
    const { id, method, result, error } = data;
    if (typeof method !== "string") {
      this.#waiting.get(id)?.(result, error === undefined ? undefined : "refused");
      return;
    }
    const params = isObject(data.params) ? data.params : {};
    if (id === undefined) {
      this.#handlers.told(method, params);
      return;
    }
    const answer = this.#handlers.asked(method, params);
    this.#post(answer ? { id, result: answer } : { id, error: METHOD_NOT_FOUND });
  };

  #post(message: object): void {
    // Hosts' origins are unknown, or opaque; nothing in these messages is for the host alone to know.
    this.#window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
