import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { BrowserContextOptions, Page } from "playwright-core";
import { violationsOf } from "../accessibility.ts";
import { STATIONS, wordsOf } from "../answers.ts";
import type { Checks } from "../checks.ts";
import type { ToolResult } from "../host/program.ts";
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
    const page = await scene.open("/here", MARSEILLE);
    const sent: string[] = [];
    page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
    await page.getByRole("button", { name: SHARE }).waitFor();
    await page.waitForTimeout(300);
    assert.deepEqual(sent, [], "It sends something before a press");
    await page.getByRole("button", { name: SHARE }).click();
    const session = await sessionOn(page);
    assert.ok(
      sent.some((one) => /"latitude":43\.30?\b/.test(one)),
      `not roughly: ${sent}`,
    );
    assert.ok(!sent.join().includes("43.296"), `more exact than asked for: ${sent}`);
    assert.match(await nearby(scene, session), /Marseille/);
    await page.getByRole("button", { name: /forget/i }).click();
    await until(async () => !/Marseille/.test(await nearby(scene, session)), "It is still known");
  },

  async "/here: exactly, if that is wanted"(scene) {
    const page = await scene.open("/here", MARSEILLE);
    const sent: string[] = [];
    page.on("request", (request) => sent.push(request.postData() ?? ""));
    await page.locator("#device [name=meters][value='0']").check();
    await page.getByRole("button", { name: SHARE }).click();
    await sessionOn(page);
    assert.ok(
      sent.some((one) => /"latitude":43\.296/.test(one)),
      String(sent),
    );
  },

  async "/here: refused, and not to be had: a sentence and a field for a place"(scene) {
    for (const look of [{}, { permissions: [] }]) {
      const page = await scene.open("/here", look);
      await page.getByRole("button", { name: SHARE }).click();
      const reason = /did not allow it|does not know where|took too long/;
      await page.getByRole("status").filter({ hasText: reason }).waitFor();
      await page.getByRole("textbox").first().fill("Lyon");
      await page.keyboard.press("Enter");
      assert.match(await nearby(scene, await sessionOn(page)), /Lyon/);
    }
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
      await page.getByRole("button", { name: SHARE }).click();
      await sessionOn(page);
      assert.deepEqual(await violationsOf(page), [], `${colorScheme}, shared`);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 320, `${width} px wide`);
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

  async "in the chat, where the person says no: a sentence, and the field"(scene) {
    const { view, host } = await scene.chat({
      args: { query: "station", radius: 5 },
      geolocation: true,
    });
    const sight = new Sight(view);
    await sight.button("Use my location").click();
    await view.getByRole("status").filter({ hasText: /\w/ }).waitFor();
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
