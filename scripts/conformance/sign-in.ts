import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { Browser } from "../../test/support/browser.ts";

/** Where the suite waits for the answer. */
const PORT = 8791;
const ADDRESS = /^https?:\/\/\S+\/authorize\?\S+$/m;

/** What a person allows, and with which invitation. */
export interface Person {
  readonly scopes: readonly string[];
  readonly code: string;
}

/**
 * Runs the suite's scenarios for authorization servers, and signs in where it asks somebody to.
 *
 * @returns what it has printed, and its exit code
 */
export async function runSignIn(
  suite: string,
  origin: string,
  person: Person,
): Promise<{ readonly output: string; readonly exitCode: number | null }> {
  const clientId = await register(origin);
  const options = {
    url: origin,
    "client-id": clientId,
    resource: `${origin}/mcp`,
    port: `${PORT}`,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(process.execPath, [`${suite}/dist/index.js`, "authorization", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  let signedIn: Promise<void> | undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += stripVTControlCharacters(text);
    const [address] = ADDRESS.exec(output) ?? [];
    if (address) signedIn ??= allow(origin, address, person);
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  await signedIn;
  return { output, exitCode };
}

async function register(origin: string): Promise<string> {
  const metadata = {
    client_name: "Conformance suite",
    redirect_uris: [`http://127.0.0.1:${PORT}/callback`],
    token_endpoint_auth_method: "none",
  };
  const response = await fetch(`${origin}/oauth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(metadata),
  });
  const { client_id } = (await response.json()) as { client_id: string };
  return client_id;
}

async function allow(origin: string, address: string, { scopes, code }: Person): Promise<void> {
  const browser = new Browser((request) => fetch(request), origin);
  const page = await browser.open(address);
  const { location } = await browser.send(page, { scope: scopes, code, decision: "allow" });
  await fetch(location!);
}
