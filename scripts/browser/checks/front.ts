import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { violationsOf } from "../accessibility.ts";
import type { Checks } from "../checks.ts";
import { crampedIn, isTooWide } from "../layout.ts";
import { Sight } from "../sight.ts";

const ASKED = "/#query=station&near=Lyon&radius=5&unit=km";
const CLIENTS = ["Claude", "ChatGPT", "Claude Code", "VS Code", "Cursor"];
const PLACE = {
  geolocation: { latitude: 43.29634, longitude: 5.36991, accuracy: 30 },
  permissions: ["geolocation"],
};

export const front: Checks = {
  async "/: what was asked, in map and list, and in the address"(scene) {
    // In the United States it would be miles.
    const page = await scene.open("/", { locale: "de-DE" });
    await page.getByLabel("What", { exact: true }).fill("station");
    await page.getByLabel("Where", { exact: true }).fill("Lyon");
    await page.getByLabel("Within").fill("5");
    await page.getByLabel("Unit").selectOption("km");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    const sight = new Sight(page);
    await sight.hasAnswer();
    assert.match(await sight.heading.innerText(), /station.*within 5 km of Lyon/s);
    await sight.hasTiles();
    const { hash, search } = new URL(page.url());
    assert.equal(search, "");
    assert.match(hash, /query=station&near=Lyon&radius=5/);
    const again = await scene.open(`/${hash}`);
    await new Sight(again).hasAnswer();
    assert.equal(await new Sight(again).heading.innerText(), await sight.heading.innerText());
    // The form is there already.
    assert.equal(await sight.button("Change").count(), 0);
    await page.getByLabel("Where", { exact: true }).fill("Berlin");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /Berlin/ }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: /Lyon/ }).waitFor();
  },

  async "/: a link that leaves out what is so by default is one step of the way back"(scene) {
    const page = await scene.open("/");
    const stepsBefore = await page.evaluate(() => history.length);
    await page.evaluate(() => location.assign("#query=station&near=Lyon"));
    await new Sight(page).hasAnswer();
    assert.equal(await page.evaluate(() => history.length), stepsBefore + 1);
    await page.goBack();
    assert.equal(new URL(page.url()).hash, "");
    await page.locator("#view").waitFor({ state: "hidden" });
    assert.equal(await page.getByLabel("Where", { exact: true }).inputValue(), "");
  },

  async "/: a slow answer does not overtake what was asked after it"(scene) {
    const page = await scene.open("/");
    const isDue = Promise.withResolvers<void>();
    await page.route("**/mcp", async (route) => {
      if (route.request().postData()?.includes("Lyon")) await isDue.promise;
      await route.continue();
    });
    const where = page.getByLabel("Where", { exact: true });
    const slow = page.waitForResponse((response) =>
      (response.request().postData() ?? "").includes("Lyon"),
    );
    for (const place of ["Lyon", "Berlin"]) {
      await where.fill(place);
      await where.press("Enter");
    }
    await page.getByRole("heading", { name: /Berlin/ }).waitFor();
    isDue.resolve();
    await (await slow).finished();
    await new Sight(page).rests();
    assert.match(await new Sight(page).heading.innerText(), /Berlin/);
    await page.getByText("What went over the wire").click();
    assert.match(await page.locator("#request").innerText(), /"near": "Berlin"/);
    assert.doesNotMatch(await page.locator("#response").innerText(), /Lyon/);
  },

  async "/: the wheel scrolls the page, also over the map"(scene) {
    const page = await scene.open(ASKED, { viewport: { width: 1_000, height: 700 } });
    const sight = new Sight(page);
    await sight.hasAnswer();
    await sight.rests();
    const scale = await sight.scale.innerText();
    await sight.map.hover({ position: { x: 100, y: 100 } });
    const before = await page.evaluate(() => scrollY);
    await page.mouse.wheel(0, 300);
    await page.waitForFunction((y) => scrollY > y + 100, before);
    await sight.rests();
    assert.equal(await sight.scale.innerText(), scale, "The map has zoomed");
  },

  async "/: the exchange as it was, and a curl that does the same"(scene) {
    const sent: { headers: Record<string, string>; body: string | null }[] = [];
    const page = await scene.open("/");
    page.on("request", (request) => {
      if (request.method() !== "POST" || !request.postData()?.includes("tools/call")) return;
      sent.push({ headers: request.headers(), body: request.postData() });
    });
    await page.goto(new URL(ASKED, scene.stage.server).href);
    await page.reload();
    await new Sight(page).hasAnswer();
    await page.getByText("What went over the wire").click();
    const [request, response, curl] = await Promise.all(
      ["#request", "#response", "#curl"].map((id) => page.locator(id).innerText()),
    );
    const { headers, body } = sent.at(-1)!;
    for (const name of [
      "content-type",
      "accept",
      "mcp-protocol-version",
      "mcp-method",
      "mcp-name",
    ]) {
      const shown = new RegExp(`^${name}: (.*)$`, "im").exec(request!)?.[1];
      assert.equal(shown, headers[name], name);
    }
    assert.deepEqual(JSON.parse(request!.slice(request!.indexOf("{"))), JSON.parse(body!));
    assert.match(response!, /^200\n/);
    assert.match(response!, /"structuredContent"/);
    assert.match(await page.locator("#wire").innerText(), /\d ms/);
    const told = execFileSync("bash", ["-c", curl!.replace(/^curl/, "curl -s")], {
      encoding: "utf8",
    });
    assert.match(told, /"structuredContent"/);
  },

  async "/: how to connect, what data is here; and without JavaScript"(scene) {
    const page = await scene.open("/");
    await page.locator("#collections li").first().waitFor();
    const data = await page.locator("#data").innerText();
    for (const word of [/300,|\d{3},\d{3} places/, /Licence|CC/, /2026/]) assert.match(data, word);
    const plain = await scene.open("/", { javaScriptEnabled: false });
    for (const one of [page, plain]) {
      const text = await one.locator("#connect").innerText();
      const { href } = new URL("/mcp", scene.stage.server);
      assert.ok(text.includes(href), `${href} is not in ${text}`);
      for (const client of CLIENTS) assert.ok(text.includes(client), `${client} is not in ${text}`);
    }
    await plain.locator("noscript p").waitFor();
    assert.ok(await page.getByRole("button", { name: "Copy" }).first().isVisible());
    assert.ok((await page.locator('a[href="/health"]').count()) > 0);
  },

  async "/: the device's location, on a press alone, and into no address"(scene) {
    const page = await scene.open("/", PLACE);
    const sight = new Sight(page);
    await page.locator("#collections li").first().waitFor();
    assert.ok(!scene.sent.join().includes("43.29"), "It is sent before a press");
    await page.getByRole("button", { name: "Use my location" }).first().click();
    await sight.hasAnswer();
    assert.match(await sight.text(), /Where your device says/);
    assert.ok(
      scene.sent.some((one) => /"latitude":43\.296/.test(one)),
      "It is not asked with",
    );
    const answers = /within .* of you/;
    const where = page.getByLabel("Where", { exact: true });
    await where.fill("Lyon");
    await where.press("Enter");
    await page.getByRole("heading", { name: "Lyon" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: answers }).waitFor();
    assert.equal(await where.inputValue(), "My location");
    // Nothing is kept of it longer than the page is open.
    await page.reload();
    await page.getByText("Press “Use my location” to ask this again").waitFor();
    assert.equal(await sight.heading.filter({ visible: true }).count(), 0);
    const addresses = scene.requested.map(({ href }) => href).concat(page.url());
    assert.deepEqual(
      addresses.filter((address) => /43\.29|5\.36/.test(address)),
      [],
    );
  },

  async "/: a server that wants to know who asks says so, and takes a key"(scene) {
    scene.expect(/status of 401/);
    const { lockedServer, key } = scene.stage;
    const page = await scene.open(new URL(ASKED, lockedServer).href);
    await page.getByText("This server is not open to everybody").first().waitFor();
    const field = page.getByLabel("Key", { exact: true });
    for (const noKey of ["abc…", "“key”", "ключ"]) {
      await field.fill(noKey);
      await page.getByRole("button", { name: "Use it" }).click();
      await page.getByText("This is no key").waitFor();
      assert.equal(await field.inputValue(), "");
    }
    await field.fill(key);
    await page.getByRole("button", { name: "Use it" }).click();
    await page.getByText("There are no places yet.").waitFor();
    assert.doesNotMatch(page.url(), /key/i);
    await page.getByText("What went over the wire").click();
    assert.ok(!(await page.locator("#wire").innerText()).includes(key), "The key is shown");
    assert.deepEqual(
      await page.evaluate(() => Object.keys({ ...localStorage, ...sessionStorage })),
      [],
    );
  },

  async "/: as strict as it can be"(scene) {
    const page = await scene.open("/");
    for (const path of ["/", "/here"]) {
      const response = await page.request.get(new URL(path, scene.stage.server).href);
      const headers = response.headers();
      const policy = headers["content-security-policy"] ?? "";
      assert.match(policy, /default-src 'none'/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /script-src[^;]*unsafe|\*/);
      assert.equal(headers["permissions-policy"], "geolocation=(self)");
      assert.equal(headers["referrer-policy"], "no-referrer");
      assert.equal(headers["set-cookie"], undefined);
    }
  },

  async "/: axe, light and dark, wide and narrow; nothing to scroll sideways at 320 px"(scene) {
    const page = await scene.open(ASKED);
    await new Sight(page).hasAnswer();
    await page.locator("#collections li").first().waitFor();
    await page.getByText("What went over the wire").click();
    for (const [colorScheme, width] of [
      ["light", 1_000],
      ["dark", 320],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await new Sight(page).settled();
      assert.deepEqual(await violationsOf(page), [], `${colorScheme}, ${width} px`);
      assert.deepEqual(await crampedIn(page), [], `${width} px`);
    }
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
    });
    for (const width of [320, 800]) {
      await page.setViewportSize({ width, height: 800 });
      await new Sight(page).rests();
      assert.ok(!(await isTooWide(page)), `letters of 200 %, ${width} px`);
      const field = await page.getByLabel("Within", { exact: true }).boundingBox();
      assert.ok(field!.width > 100, `The radius has ${field!.width} px`);
    }
  },
};
