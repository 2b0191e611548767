import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

/** What a test has had the server do: the requests whose address has its `run`. */
export interface Seen {
  readonly atMs: number[];
  /** How many connections were closed before all was said. */
  closedEarly: number;
}

/** A server that other servers are like, on their bad days. */
export interface UpstreamServer {
  readonly url: string;
  close(): void;
}

const BOMB_BYTES = 64 * 1024 * 1024;
const LONG_BYTES = 30_000_000;
const CHUNK = Buffer.alloc(16 * 1024, "x");

type Answer = (request: IncomingMessage, response: ServerResponse, asked: Asked) => void;

/** What the server is told to answer. */
export interface Told {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isSilent?: boolean;
  /** Whether the connection is closed in the middle of the body. */
  readonly breaksOff?: boolean;
  /** Whether so much as makes 30 MB follows the body. */
  readonly isLong?: boolean;
}

/** A request to an address that was told what to answer. */
export interface SeenRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Asked {
  readonly path: string;
  readonly told: Map<string, Told>;
  /** What was asked of each address that was told what to answer. */
  readonly requests: Map<string, SeenRequest[]>;
  readonly query: URLSearchParams;
  /** Counts the requests of a run, from 0. */
  readonly index: number;
}

/** As it was told by a PUT to the same address: with a status and a body, or not at all. A POST tells who has asked. */
const asTold: Answer = (request, response, { path, told, requests }) => {
  const seen = requests.get(path) ?? [];
  requests.set(path, seen);
  if (request.method === "POST") return response.end(JSON.stringify(seen));
  if (request.method !== "PUT") {
    seen.push({ url: request.url!, headers: request.headers as SeenRequest["headers"] });
    const { status = 404, headers, body = "", ...how } = told.get(path) ?? {};
    if (how.isSilent) return;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    if (how.breaksOff) response.write(body.slice(0, body.length / 2), () => response.destroy());
    else if (how.isLong) response.end(body + " ".repeat(LONG_BYTES));
    else response.end(body);
    return;
  }
  const parts: Buffer[] = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    told.set(path, JSON.parse(Buffer.concat(parts).toString()));
    response.end();
  });
};

const ANSWERS: Readonly<Record<string, Answer>> = {
  "/echo": (request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ method: request.method, headers: request.headers }));
  },
  "/silent": () => {},
  "/stall": (_, response) => void response.writeHead(200).write("the beginning"),
  "/trickle": (_, response) => {
    const timer = setInterval(() => response.write("."), 10);
    response.on("close", () => clearInterval(timer));
  },
  "/endless": (_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(CHUNK));
    };
    response.on("drain", more);
    more();
  },
  "/long": ({ method }, response, { query }) => {
    response.writeHead(200, { "content-length": query.get("bytes")! });
    if (method === "HEAD") response.end();
    else response.write("x");
  },
  "/bomb": (_, response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(BOMB_BYTES)));
  },
  "/packed": (_, response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("unpacked"));
  },
  "/redirect": (_, response, { query }) => {
    const location = query.get("to")!;
    response.writeHead(Number(query.get("status") ?? 302), { location }).end("moved");
  },
  "/hops": (_, response, { query }) => {
    const left = Number(query.get("left"));
    if (left === 0) return response.end("there");
    query.set("left", String(left - 1));
    response.writeHead(302, { location: `/hops?${query}` }).end();
  },
  // Answers with each of the statuses in turn, then with 200.
  "/statuses": (_, response, { query, index }) => {
    const status = Number(query.get("statuses")!.split(" ")[index] ?? 200);
    const after = query.get("after");
    response.writeHead(status, status !== 200 && after ? { "retry-after": after } : {});
    response.end(`answer ${index}`);
  },
  // A file of that text, of a type and a date, packed or not.
  "/send": (_, response, { query }) => {
    const text = query.get("text")!;
    const [status, type, date] = ["status", "type", "date"].map((name) => query.get(name));
    response.writeHead(Number(status ?? 200), {
      "content-type": type ?? "application/octet-stream",
      ...(date && { "last-modified": date }),
      ...(query.has("encoded") && { "content-encoding": "gzip" }),
    });
    response.end(query.has("encoded") || query.has("packed") ? gzipSync(text) : text);
  },
  "/told": asTold,
  "/.well-known": asTold,
  "/breaks": (_, response, { query, index }) => {
    if (index >= Number(query.get("times"))) return response.end("whole");
    response.writeHead(200, { "content-length": "100" }).write("half", () => response.destroy());
  },
};

/** Answers by the beginning of the path; `/seen?run=…` tells what came of a run's requests. */
export async function startUpstreamServer(): Promise<UpstreamServer> {
  const runs = new Map<string, Seen>();
  const told = new Map<string, Told>();
  const requests = new Map<string, SeenRequest[]>();
  const server = createServer((request, response) => {
    const { pathname, searchParams: query } = new URL(request.url!, "http://localhost");
    const run = query.get("run") ?? "";
    const seen = runs.get(run) ?? { atMs: [], closedEarly: 0 };
    runs.set(run, seen);
    if (pathname === "/seen") return response.end(JSON.stringify(seen));
    seen.atMs.push(performance.now());
    response.on("close", () => {
      if (!response.writableFinished) seen.closedEarly += 1;
    });
    const answer = ANSWERS[pathname.replace(/(?<=.)\/.*/, "")];
    if (answer)
      answer(request, response, {
        path: pathname,
        told,
        requests,
        query,
        index: seen.atMs.length - 1,
      });
    else response.writeHead(404).end("nothing here");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
