/**
 * Drives the pages by which people sign in, in a real Chromium and by the keyboard alone: `npm run consent`.
 *
 * What no test without a browser can show: whether the form's policy lets the redirect through, which origin the form is
 * sent with, whether the cookie is kept, and whether the page fits a narrow screen.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page, Request } from "playwright-core";
import { CLIENT, startOpenIdProvider } from "../test/support/openid-provider.ts";
import { CHROMIUM_USAGE, launchChromium } from "./browser/chromium.ts";
import { type Command, parsedOptions, runCommand } from "./command/command.ts";
import { startThrowawayServer } from "./server/throwaway-server.ts";

const USAGE = `npm run consent [-- --screenshots <folder>]

  ${CHROMIUM_USAGE}`;

const ADMIN_TOKEN = "only for this run";
const PATIENCE_MS = 30_000;
const NARROW = { width: 320, height: 640 };

/** Where a program waits to be told, on this computer. */
interface Program {
  readonly callback: string;
  close(): void;
}

async function startProgram(): Promise<Program> {
  const server = createServer((_, response) => void response.end("You can close this page."));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return { callback: `http://127.0.0.1:${port}/callback`, close: () => void server.close() };
}

interface Scene {
  readonly browser: Browser;
  readonly origin: string;
  readonly program: Program;
  readonly screenshots: string | undefined;
}

/** Registers a program, and opens the page that it sends people to. */
async function openPage(
  { browser, origin, program }: Scene,
  look: Parameters<Browser["newContext"]>[0] = {},
): Promise<Page> {
  const response = await fetch(`${origin}/oauth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_name: "A program with a name that goes on and on, without-any-gap-in-its-last-word",
      redirect_uris: ["http://127.0.0.1/callback"],
      token_endpoint_auth_method: "none",
    }),
  });
  const { client_id } = (await response.json()) as { client_id: string };
  const url = new URL("/authorize", origin);
  const parameters = {
    response_type: "code",
    client_id,
    redirect_uri: program.callback,
    state: "the state",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const page = await (await browser.newContext(look)).newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(url.href);
  return page;
}

/** Presses Tab until that is in focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 20; presses++) {
    if ((await page.locator(`${selector}:focus`).count()) > 0) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`The keyboard does not get to ${selector}.`);
}

/** Presses a key, and waits for the program to be told. */
async function endAt(page: Page, program: Program, key: string): Promise<URLSearchParams> {
  const [request] = await Promise.all([
    page.waitForRequest((one) => one.url().startsWith(program.callback)),
    page.keyboard.press(key),
  ]);
  await page.waitForURL((url) => url.href.startsWith(program.callback));
  return new URL(request.url()).searchParams;
}

async function invite(origin: string, name: string): Promise<string> {
  const response = await fetch(`${origin}/admin/invites`, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ name, scopes: ["places:read", "tasks"] }),
  });
  const { code } = (await response.json()) as { code: string };
  return code;
}

async function allowsByKeyboard(scene: Scene): Promise<void> {
  const page = await openPage(scene);
  const sent: Request[] = [];
  page.on("request", (request) => void (request.method() === "POST" && sent.push(request)));
  await tabTo(page, "[value='tasks']");
  await page.keyboard.press("Space");
  await tabTo(page, "#code");
  await page.keyboard.type("0000 0000 0000 0000");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[role=alert]");
  assert.equal(await page.locator("#code:focus").count(), 1);
  assert.ok(await page.isChecked("[value='tasks']"), "what was ticked stays ticked");
  await save(scene, page, "wrong-code");
  await page.keyboard.type(await invite(scene.origin, "keyboard"));
  const told = await endAt(page, scene.program, "Enter");
  assert.ok(told.get("code"));
  assert.equal(told.get("state"), "the state");
  assert.equal(told.get("iss"), scene.origin);
  for (const request of sent) {
    const headers = await request.allHeaders();
    assert.equal(headers.origin, scene.origin);
    assert.match(headers.cookie ?? "", /__Host-oauth-consent/);
  }
  assert.equal(sent.length, 2);
}

async function deniesByKeyboard(scene: Scene): Promise<void> {
  const page = await openPage(scene);
  await tabTo(page, "[value='deny']");
  const told = await endAt(page, scene.program, "Enter");
  assert.equal(told.get("error"), "access_denied");
}

async function fitsAnyScreen(scene: Scene): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await openPage(scene, { viewport: NARROW, colorScheme });
    const width = await page.evaluate<number>("document.documentElement.scrollWidth");
    assert.ok(width <= NARROW.width, `${width} px wide`);
    assert.notEqual(await page.title(), "");
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await save(scene, page, `narrow-${colorScheme}`);
  }
  await save(scene, await openPage(scene), "wide");
}

/** From the form over the provider, which knows who it is, to the program: all of it redirects of the form. */
async function signsInByProvider(scene: Scene): Promise<void> {
  const page = await openPage(scene);
  await save(scene, page, "provider");
  await tabTo(page, "[value='allow']");
  const told = await endAt(page, scene.program, "Enter");
  assert.ok(told.get("code"));
}

async function save({ screenshots }: Scene, page: Page, name: string): Promise<void> {
  if (screenshots === undefined) return;
  await page.screenshot({ path: `${screenshots}/${name}.png`, fullPage: true });
}

const ACTS = [allowsByKeyboard, deniesByKeyboard, fitsAnyScreen];
const ACTS_WITH_PROVIDER = [signsInByProvider];

const command: Command = {
  usage: USAGE,
  kept: "Run it again: nothing of it stays.",
  async run(args) {
    const options = { screenshots: { type: "string" } } as const;
    const { screenshots } = parsedOptions({ args, options }, USAGE).values;
    const browser = await launchChromium();
    const program = await startProgram();
    const provider = await startOpenIdProvider({ who: "anna@example.com" });
    const byProvider = {
      SIGN_IN_ISSUER: provider.url,
      SIGN_IN_CLIENT_ID: CLIENT.id,
      SIGN_IN_CLIENT_SECRET: CLIENT.secret,
      SIGN_IN_ALLOWED: "@example.com",
    };
    const perform = (acts: typeof ACTS) => async (origin: string) => {
      for (const act of acts) {
        await act({ browser, origin, program, screenshots });
        console.log(`ok: ${act.name}`);
      }
    };
    try {
      await withWorker({ ADMIN_TOKEN }, perform(ACTS));
      await withWorker(byProvider, perform(ACTS_WITH_PROVIDER));
    } finally {
      provider.close();
      program.close();
      await browser.close();
    }
    return 0;
  },
};

/** Has something done with the production Worker, on this machine. */
async function withWorker(
  vars: Readonly<Record<string, string>>,
  act: (origin: string) => Promise<void>,
): Promise<void> {
  const { origin, close } = await startThrowawayServer(vars);
  try {
    await act(origin);
  } finally {
    await close();
  }
}

await runCommand(command);
