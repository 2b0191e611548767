import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { BrowserContextOptions, Page, Route } from "playwright-core";
import { violationsOf } from "../accessibility.ts";
import { STATIONS, wordsOf } from "../answers.ts";
import type { Checks } from "../checks.ts";
import type { ToolResult } from "../host/program.ts";
import { crampedIn, isTooWide } from "../layout.ts";
import { until } from "../patience.ts";
import type { Scene } from "../scene.ts";
import { Sight } from "../sight.ts";

const MARSEILLE: BrowserContextOptions = {
  geolocation: { latitude: 43.29634, longitude: 5.36991, accuracy: 30 },
  permissions: ["geolocation"],
};
const SHARE = "Share my location";

export const here: Checks = {
  async "/here: nothing before a press; then a sentence that leads another client there, until it is forgotten"(
    scene,
  ) {
    const page = await scene.open("/here", MARSEILLE, listenToDevice);
    await page.getByRole("button", { name: SHARE }).waitFor();
    await page.waitForTimeout(300);
    const isSending = (one: string) => !one.startsWith("GET ") || one.includes("43.");
    assert.deepEqual(scene.sent.filter(isSending), [], "It sends something before a press");
    assert.deepEqual(await page.evaluate(() => deviceAsked), [], "It asks before a press");
    await page.getByRole("button", { name: SHARE }).click();
    const session = await sessionOn(page);
    const sent = scene.sent.filter(isSending);
    assert.ok(
      sent.some((one) => /"latitude":43\.30?\b/.test(one)),
      `not roughly: ${sent}`,
    );
    assert.ok(!sent.join().includes("43.296"), `more exact than asked for: ${sent}`);
    assert.deepEqual(await page.evaluate(() => deviceAsked), [{ exactly: false }]);
    assert.match(await nearby(scene, session), /Marseille/);

    const isFailing = (route: Route) => {
      const { id, method, params } = route.request().postDataJSON();
      assert.deepEqual([method, params.name], ["tools/call", "forget_location"]);
      const result = { resultType: "complete", isError: true, content: [] };
      return route.fulfill({ json: { jsonrpc: "2.0", id, result } });
    };
    await page.route("**/mcp", isFailing);
    await page.getByRole("button", { name: /forget/i }).click();
    await page.getByRole("status").filter({ hasText: "could not forget it" }).waitFor();
    assert.equal(await sessionOn(page), session, "What still holds is not to be seen any more");
    await page.unroute("**/mcp");
    await page.getByRole("button", { name: /forget/i }).click();
    await page.getByRole("status").filter({ hasText: "It is forgotten" }).waitFor();
    assert.doesNotMatch(await nearby(scene, session), /Marseille/);
  },

  async "/here: exactly, if that is wanted"(scene) {
    const page = await scene.open("/here", MARSEILLE, listenToDevice);
    await page.locator("#device [name=meters][value='0']").check();
    await page.getByRole("button", { name: SHARE }).click();
    await sessionOn(page);
    assert.ok(
      scene.sent.some((one) => /"latitude":43\.296/.test(one)),
      String(scene.sent),
    );
    assert.deepEqual(await page.evaluate(() => deviceAsked), [{ exactly: true }]);
  },

  async "/here: refused, unavailable, too late, not over https: a sentence each, and a field for a place"(
    scene,
  ) {
    const asked = async (page: Page) => {
      await page.getByRole("button", { name: SHARE }).click();
      return page.getByRole("status");
    };
    const refused = await scene.open("/here", { permissions: [] });
    await (await asked(refused)).filter({ hasText: "did not allow it" }).waitFor();
    const unavailable = await scene.open("/here", MARSEILLE);
    await unavailable.context().setGeolocation(null);
    await (await asked(unavailable)).filter({ hasText: "does not know where it is" }).waitFor();
    // A device that is silent for 15 s takes this check too long.
    const late = await scene.open("/here", MARSEILLE, () => {
      navigator.geolocation.getCurrentPosition = (_, fail) =>
        fail!({ code: 3 } as GeolocationPositionError);
    });
    await (await asked(late)).filter({ hasText: "took too long" }).waitFor();
    // The server listens on this machine alone, which browsers trust.
    const insecure = await scene.open("/here", MARSEILLE, () => {
      Object.defineProperty(window, "isSecureContext", { value: false });
    });
    await insecure.getByText("was not opened over https").waitFor();
    assert.equal(await insecure.getByRole("button", { name: SHARE }).count(), 0);
    for (const page of [refused, unavailable, late, insecure]) {
      assert.deepEqual(await page.locator("#shared:visible").count(), 0);
      await page.getByLabel("Or name a place").fill("Lyon");
      await page.keyboard.press("Enter");
      await page.getByText(/^Shared: Lyon/).waitFor();
    }
    assert.match(await nearby(scene, await sessionOn(insecure)), /Lyon/);
  },

  async "/here: takes nothing from its address"(scene) {
    const page = await scene.open(
      "/here?session=abcdefghijklmnopqrstuvwx&near=Lyon#near=Lyon",
      MARSEILLE,
    );
    assert.doesNotMatch(await page.locator("body").innerText(), /Lyon|abcdefgh/);
    await page.getByRole("button", { name: SHARE }).click();
    assert.notEqual(await sessionOn(page), "abcdefghijklmnopqrstuvwx");
  },

  async "/here: axe, light and dark; nothing to scroll sideways at 320 px"(scene) {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await scene.open("/here", {
        ...MARSEILLE,
        colorScheme,
        viewport: { width: 320, height: 640 },
      });
      assert.deepEqual(await violationsOf(page), [], colorScheme);
      assert.deepEqual(await crampedIn(page), []);
      await page.getByRole("button", { name: SHARE }).click();
      await sessionOn(page);
      assert.deepEqual(await violationsOf(page), [], `${colorScheme}, shared`);
      assert.deepEqual(await crampedIn(page), [], "shared");
      await page.evaluate(() => {
        document.documentElement.style.fontSize = "200%";
      });
      assert.ok(!(await isTooWide(page)), "letters of 200 %");
    }
  },

  async "in the chat, where the frame may ask: asked, remembered, searched, the model told"(scene) {
    const { view, host } = await scene.chat(
      { args: { query: "station", radius: 5 }, geolocation: true },
      MARSEILLE,
    );
    await new Sight(view).button("Use my location").click();
    await new Sight(view).hasAnswer();
    const names = host.called.map(({ name }) => name);
    assert.deepEqual([...names].sort(), ["get_nearby_data", "set_location"]);
    for (const { arguments: given } of host.called) {
      assert.equal(given.latitude, 43.296, "The digits do not tell the accuracy");
    }
    await until(
      () => /session \W*[\w-]{20,}/i.test(host.told ?? ""),
      () => `The model was told ${host.told}`,
    );
  },

  async "in the chat, where it cannot be remembered: searched, and the model not told that it is"(
    scene,
  ) {
    const { view, host } = await scene.chat(
      {
        args: { query: "station", radius: 5 },
        geolocation: true,
        async answer({ name }, ask) {
          return name === "set_location" ? { isError: true, content: [] } : ask();
        },
      },
      MARSEILLE,
    );
    await new Sight(view).button("Use my location").click();
    await new Sight(view).hasAnswer();
    assert.ok(host.called.some(({ name }) => name === "set_location"));
    await until(() => host.told !== undefined, "the model is told nothing");
    assert.match(host.told!, /looked around there/);
    assert.doesNotMatch(host.told!, /session|Later calls/);
  },

  async "in the chat, where the person says no: a sentence, and the field"(scene) {
    const { view, host } = await scene.chat({
      args: { query: "station", radius: 5 },
      geolocation: true,
    });
    const sight = new Sight(view);
    await sight.button("Use my location").click();
    await view.getByRole("status").filter({ hasText: "did not allow it" }).waitFor();
    await sight.field.fill("Lyon");
    await sight.field.press("Enter");
    await view.getByRole("heading", { name: /Lyon/ }).waitFor();
    assert.deepEqual(
      host.called.map(({ name }) => name),
      ["get_nearby_data"],
    );
  },

  async "in the chat, where the frame may not ask: no button that cannot work"(scene) {
    const { view } = await scene.chat({ args: STATIONS });
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.button("Change").click();
    await sight.field.waitFor();
    assert.equal(await sight.button("Use my location").filter({ visible: true }).count(), 0);
  },
};

declare global {
  /** How the page has asked its device, each time. */
  var deviceAsked: { readonly exactly: boolean }[];
}

/** Runs in the page, before it is loaded. */
function listenToDevice(): void {
  globalThis.deviceAsked = [];
  const { geolocation } = navigator;
  const ask = geolocation.getCurrentPosition.bind(geolocation);
  geolocation.getCurrentPosition = (found, failed, options) => {
    deviceAsked.push({ exactly: options?.enableHighAccuracy === true });
    ask(found, failed, options);
  };
}

/** The session in the sentence that is to be pasted. */
async function sessionOn(page: Page): Promise<string> {
  const sentence = page.locator("#sentence").filter({ hasText: /[\w-]{24}/, visible: true });
  return /[\w-]{24,}/.exec(await sentence.innerText())![0];
}

/** What another client, an old one, is told there. */
async function nearby(scene: Scene, session: string): Promise<string> {
  const client = new Client({ name: "another client", version: "1" });
  const transport = new StreamableHTTPClientTransport(new URL("/mcp", scene.stage.server));
  // The SDK's own types disagree under exactOptionalPropertyTypes.
  await client.connect(transport as Parameters<Client["connect"]>[0]);
  const call = { name: "get_nearby_data", arguments: { radius: 20, session } };
  const result = (await client.callTool(call)) as ToolResult;
  await client.close();
  return wordsOf(result);
}
