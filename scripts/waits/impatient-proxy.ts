import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** Something between a client and a server on this machine that cuts connections on which nothing comes for too long. */
export interface ImpatientProxy {
  readonly url: URL;
  /** How many connections it has cut. */
  cuts(): number;
  close(): void;
}

export function impatientProxy(target: URL, patienceMs: number): Promise<ImpatientProxy> {
  let cuts = 0;
  const server = createServer((incoming, outgoing) => {
    const { hostname, port } = target;
    const { method, url, headers } = incoming;
    const cut = () => {
      cuts += 1;
      outgoing.destroy();
      onward.destroy();
    };
    let timer = setTimeout(cut, patienceMs);
    const onward = request({ hostname, port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      answer.on("data", (part) => {
        clearTimeout(timer);
        timer = setTimeout(cut, patienceMs);
        outgoing.write(part);
      });
      answer.on("end", () => outgoing.end());
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => {
      clearTimeout(timer);
      onward.destroy();
    });
    incoming.pipe(onward);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        url: new URL(`http://localhost:${port}`),
        cuts: () => cuts,
        close: () => {
          server.closeAllConnections();
          server.close();
        },
      });
    });
  });
}
