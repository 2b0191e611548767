import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { forgetRunning, noteRunning, runningServer } from "../../scripts/server/local-server.ts";
import { isLoopback } from "../../src/loopback.ts";
import { inOwnFolder } from "../support/own-folder.ts";

inOwnFolder();

const servers: Server[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) server.close();
});

/** @returns its port */
async function serverThatSays(health: object): Promise<number> {
  const server = createServer((_, response) => response.end(JSON.stringify(health)));
  servers.push(server);
  server.listen(0, "localhost");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const ours = () => serverThatSays({ checks: {} });

/** A port on which nothing runs. */
async function freePort(): Promise<string> {
  const port = await ours();
  servers.pop()!.close();
  return String(port);
}

const found = async () => (await runningServer())?.url.port;

it("finds the server of this folder, on whatever port it runs", async () => {
  vi.stubEnv("PORT", await freePort());
  expect(await found()).toBeUndefined();
  const port = await ours();
  await noteRunning({ port, pid: process.pid });
  // A second one would have the same stores.
  await expect(found()).rejects.toThrow(`runs on port ${port}, not on ${process.env.PORT}`);
  vi.stubEnv("PORT", undefined);
  expect(await found()).toBe(String(port));
  vi.stubEnv("PORT", String(port));
  expect(await found()).toBe(String(port));
});

it("passes over one that was killed, has ended, or is another", async () => {
  vi.stubEnv("PORT", await freePort());
  const port = await ours();
  await noteRunning({ port, pid: 2 ** 22 + 1 });
  expect(await found()).toBeUndefined();
  await noteRunning({ port: await serverThatSays({ status: "something else" }), pid: process.pid });
  expect(await found()).toBeUndefined();
  await noteRunning({ port, pid: process.pid });
  await forgetRunning();
  expect(await found()).toBeUndefined();
});

it("says that something else has the port", async () => {
  vi.stubEnv("PORT", String(await serverThatSays({ status: "something else" })));
  await expect(found()).rejects.toThrow("Something else runs on port");
});

it("knows addresses of this machine", () => {
  const isHere = (address: string) => isLoopback(new URL(address));
  for (const here of [
    "http://localhost:9000",
    "http://127.0.0.1",
    "http://[::1]:1",
    "http://a.localhost",
  ]) {
    expect(isHere(here), here).toBe(true);
  }
  for (const there of ["http://example.com", "http://localhost.example", "http://10.0.0.1"]) {
    expect(isHere(there), there).toBe(false);
  }
});
