/**
 * Has the clients that people use connect, list, call, and find the nearest place: with nothing, with a key, and with
 * OAuth: `npm run clients`. Clients that are no part of this project are fetched into .wrangler/clients at first.
 */
import { createServer } from "node:net";
import { parseArgs } from "node:util";
import { CLIENTS, type Client, type Place } from "./clients/clients.ts";
import { fetchPackages } from "./clients/packages.ts";
import { signIn } from "./clients/sign-in.ts";

// Few places, made up: which is the nearest is certain.
process.env.BENCH_SMOKE = "1";
const { placesFile } = await import("../bench/places-file.ts");
const { madeUpPlaces } = await import("../bench/made-up-places.ts");
const { bundle, copyOfStores, startWorkerd } = await import("../bench/workerd.ts");

const PLACES = 3_000;
const PATIENCE_MS = 90_000;
const ADMIN_TOKEN = "clients-admin-token-0123456789";
const WAYS = ["nothing", "a key", "OAuth"] as const;
type Way = (typeof WAYS)[number];

const { values } = parseArgs({ options: { only: { type: "string" } } });
const packages = await fetchPackages();
const file = await placesFile(PLACES);
const workerd = await startWorkerd(await bundle("src/worker.ts"), copyOfStores(file.persistPath), {
  // Everybody signs in but where a deployment lets anybody read: tokens have to arrive to be of use.
  settings: { ADMIN_TOKEN, ANONYMOUS_SCOPES: "places:read" },
  limit: 1_000_000,
  log: () => {},
});
const [target] = madeUpPlaces(1);
const place: Place = {
  latitude: target!.latitude,
  longitude: target!.longitude,
  name: target!.name,
};
const rows: string[][] = [];
let [failed, made] = [0, 0];
try {
  for (const [name, client] of Object.entries(CLIENTS)) {
    if (values.only && !name.includes(values.only)) continue;
    const cells = [];
    for (const way of WAYS) cells.push(await outcome(client, way));
    rows.push([name, ...cells]);
    console.log(`| ${[name, ...cells].join(" | ")} |`);
  }
} finally {
  await workerd.close();
}
console.log(`\n| client | ${WAYS.join(" | ")} |\n|---|---|---|---|`);
for (const row of rows) console.log(`| ${row.join(" | ")} |`);
// A client that hangs has a process that does.
process.exit(failed > 0 ? 1 : 0);

async function outcome(client: Client, way: Way): Promise<string> {
  if (way === "OAuth" && !client.signsIn) return "cannot by itself";
  const server = new URL("/mcp", workerd.url);
  // Other names of this machine are of other origins; the address of the socket is no name.
  server.hostname = "localhost";
  try {
    const headers = way === "a key" ? { Authorization: `Bearer ${await newKey()}` } : {};
    const given =
      way === "OAuth"
        ? {
            signIn: {
              approve: (address: URL) => signIn(address, inviteCode),
              port: await freePort(),
            },
          }
        : {};
    const used = client.use({
      server,
      headers,
      packages,
      place,
      ...given,
    });
    const { tools, nearest, subject } = await Promise.race([used, tooLong()]);
    if (tools < 1) throw new Error("lists no tools");
    if (!nearest.includes(place.name)) throw new Error(`finds ${nearest.slice(0, 200)}`);
    const expected = { nothing: /./, "a key": /key:/, OAuth: /oauth:/ }[way];
    if (subject !== undefined && !expected.test(subject)) throw new Error(`is ${subject}`);
    return "works";
  } catch (error) {
    failed += 1;
    return `FAILS: ${error instanceof Error ? error.message : error}`
      .replace(/\s+/g, " ")
      .slice(0, 300);
  }
}

async function newKey(): Promise<string> {
  const { key } = await admin("/keys", {
    name: `client${Date.now()}-${made++}`,
    scopes: ["places:read"],
  });
  return key as string;
}

async function inviteCode(): Promise<string> {
  const request = {
    name: `client${Date.now()}-${made++}`,
    scopes: ["places:read", "location"],
    uses: 1,
  };
  return (await admin("/invites", request)).code as string;
}

async function admin(path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(new URL(`/admin${path}`, workerd.url), {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`/admin${path}: ${response.status} ${await response.text()}`);
  return response.json() as Promise<Record<string, unknown>>;
}

function tooLong(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error("takes too long")), PATIENCE_MS).unref();
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
