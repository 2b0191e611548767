import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { AdminApi } from "../../scripts/api/admin-api.ts";
import { CallerError } from "../../src/errors.ts";
import { LexiconState } from "../../src/imports/contract.ts";

const ONCE_MORE = { maxAttempts: 1, initialDelay: 1, maxDelay: 1 };

it("says that another server is none of ours, and where none answers", async () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.writeHead(404).end("<html>");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const api = new AdminApi(url, "token", new AbortController().signal, ONCE_MORE);
  const ask = () => api.ask(LexiconState, { method: "GET", path: "/lexicon" });
  await expect(ask()).rejects.toThrow(/GET \/lexicon with HTTP 404: is it a Hereabouts/);
  expect(asked).toBe(1);

  server.closeAllConnections();
  server.close();
  await once(server, "close");
  await expect(ask()).rejects.toThrow(/does not answer \(ECONNREFUSED\)/);
  await expect(ask()).rejects.toThrow(CallerError);
});
