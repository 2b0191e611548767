import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

/**
 * What becomes of a request instead of passing: it is answered with a status, and perhaps with when to come again, it
 * breaks off before it comes to the server, or its answer does not come back.
 */
export type Fault =
  | number
  | { readonly status: number; readonly retryAfterSeconds: number }
  | "breaks off"
  | "loses its answer";

/** A way to a server on which things go wrong. */
export class FaultyProxy {
  /** All requests that came, such as "PUT /admin/collections/c/imports/1/parts/0". */
  readonly requests: string[] = [];
  /** Called with each request, and how many have come. */
  fault: (request: string, count: number) => Fault | undefined = () => undefined;
  /** Called with the text of each request, unpacked; what it returns goes to the server instead. */
  change: ((text: string) => string) | undefined;
  /** Called when the server has answered. */
  onAnswer: (request: string) => void = () => {};
  readonly #target: URL;
  readonly #server = createServer((request, response) => {
    this.#pass(request, response).catch(() => request.socket.destroy());
  });

  constructor(target: URL) {
    this.#target = target;
  }

  async open(): Promise<URL> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    const line = `${method} ${url}`;
    this.requests.push(line);
    const fault = this.fault(line, this.requests.length);
    const bytes = await buffer(request);
    if (typeof fault === "number" || typeof fault === "object") {
      const { status, ...rest } = typeof fault === "number" ? { status: fault } : fault;
      if ("retryAfterSeconds" in rest) response.setHeader("retry-after", rest.retryAfterSeconds);
      const type = { "content-type": "application/json" };
      response.writeHead(status, type).end(JSON.stringify({ error: "A failure on demand." }));
      return;
    }
    if (fault === "breaks off") throw new Error("The connection is lost");
    const packing = headers["content-encoding"];
    const text = this.change?.((packing ? gunzipSync(bytes) : bytes).toString());
    const answer = await fetch(new URL(url, this.#target), {
      method,
      headers: {
        authorization: headers.authorization ?? "",
        "content-type": headers["content-type"] ?? "",
        ...(packing && text === undefined && { "content-encoding": packing }),
      },
      ...(bytes.length > 0 && { body: text ?? bytes }),
    });
    const body = await answer.text();
    this.onAnswer(line);
    if (fault === "loses its answer") throw new Error("The connection is lost");
    response.writeHead(answer.status, { "content-type": "application/json" }).end(body);
  }
}
