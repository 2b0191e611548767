import assert from "node:assert/strict";
import { changed, STATIONS } from "../answers.ts";
import type { Checks } from "../checks.ts";
import type { ToolResult } from "../host/program.ts";
import { Sight } from "../sight.ts";

/** What each tries, if it is taken for more than a text. */
const HOSTILE = [
  "<img src=x onerror=\"document.title='hacked'\">",
  "<script>document.title='hacked'</script>",
  "</script><svg onload=\"document.title='hacked'\">",
  "<a href=\"javascript:document.title='hacked'\">here</a>",
  "\u202Egnorw si siht\u2066 right",
  "javascript:document.title='hacked'",
  "'\"><iframe srcdoc='<script>parent.document.title=1</script>'>",
  "<style>*{display:none}</style><b>bold</b>",
  "{{constructor.constructor('return 1')()}} #{document.title='hacked'}",
];

/** The same value with a hostile text for each text in it. */
function hostile(value: unknown, at = { next: 0 }): unknown {
  if (typeof value === "string") return HOSTILE[at.next++ % HOSTILE.length]!;
  if (Array.isArray(value)) return value.map((one) => hostile(one, at));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hostile(one, at)]));
}

const TEXTS = {
  relaxed: "",
  warnings: ["", "", ""],
  narrowed_by: "",
  query: "",
  attribution: ["", "", "", "", ""],
};
const OF_PLACES = {
  name: "",
  category: "",
  country: "",
  region: "",
  address: "",
  phone: "",
  website: "",
  source: "",
  matched_name: "",
  opening: { state: "", summary: "", day: "", until: "" },
  bearing: { degrees: 1, compass: "" },
};
const OF_RECORDS = {
  other_names: ["", ""],
  city: "",
  timezone: "",
  attributes: { wheelchair: "", "<b>bold</b>": "", website: "", wikipedia: "" },
  attribution: "",
};

export const safety: Checks = {
  async "hostile texts in every field stay texts: list, map, details, links"(scene) {
    for (let first = 0; first < HOSTILE.length; first += 5) {
      const at = { next: first };
      const nearby = changed(({ location, results }) => ({
        ...(hostile(TEXTS, at) as object),
        location: {
          ...location,
          label: HOSTILE[first],
          city: HOSTILE[first + 1],
          note: HOSTILE[0],
        },
        results: results.map((place) => ({ ...place, ...(hostile(OF_PLACES, at) as object) })),
      }));
      const { view, host } = await scene.chat({
        args: { ...STATIONS, query: HOSTILE[first]! },
        async answer(call, ask) {
          if (call.name === "get_nearby_data") {
            return nearby(call, () => scene.stage.program.call(call.name, STATIONS));
          }
          const result = await ask();
          const { place } = result.structuredContent as { place: object };
          const faked = { ...place, ...(hostile({ ...OF_PLACES, ...OF_RECORDS }, at) as object) };
          return { ...result, structuredContent: { place: faked } } as ToolResult;
        },
      });
      const sight = new Sight(view);
      await sight.hasAnswer(8);
      await sight.rests();
      assert.deepEqual(await elementsOf(sight), [], "A text has become an element");
      await sight.nameOf(0).click();
      await sight.popup.waitFor();
      await sight.button("Details").click();
      await view.locator("dd").first().waitFor();
      await sight.openCredits();
      for (const link of await view.getByRole("link").filter({ visible: true }).all()) {
        await link.click();
      }
      assert.deepEqual(await elementsOf(sight), [], "A text of the details has become an element");
      // On this machine the server's own page has no https.
      const herePage = new URL("/here", scene.stage.server).href;
      const isSafe = (url: string) => url.startsWith("https://") || url === herePage;
      assert.deepEqual(
        host.opened.filter((url) => !isSafe(url)),
        [],
      );
      const links = await view
        .locator("a[href]")
        .evaluateAll((all) => all.map((one) => one.getAttribute("href")!));
      // Leaflet's buttons are links to nowhere.
      assert.deepEqual(
        links.filter((href) => !isSafe(href) && !href.startsWith("#")),
        [],
      );
      assert.notEqual(await view.title(), "hacked");
    }
  },

  async "texts that turn the direction of reading turn nobody else's"(scene) {
    const { view } = await scene.chat({
      args: STATIONS,
      answer: changed(({ results }) => ({
        results: results.map((place) => ({ ...place, name: `\u202E${place.name}` })),
      })),
    });
    const sight = new Sight(view);
    await sight.hasAnswer();
    const isolated = await sight.nameOf(0).evaluate((element) => {
      return getComputedStyle(element.querySelector("bdi, [dir=auto]")!).unicodeBidi;
    });
    assert.match(isolated, /isolate|plaintext/);
  },

  async "messages of others than the host are not heard"(scene) {
    const { view, page } = await scene.chat({ args: STATIONS });
    const sight = new Sight(view);
    await sight.hasAnswer(8);
    const before = await sight.heading.innerText();
    await page.evaluate(() => {
      const message = {
        jsonrpc: "2.0",
        method: "ui/notifications/tool-result",
        params: { isError: true, content: [{ type: "text", text: "forged" }] },
      };
      // Past the sandbox, which is the view's parent.
      window.frames[0]!.frames[0]!.postMessage(message, "*");
      window.frames[0]!.frames[0]!.postMessage(
        { ...message, method: "ui/notifications/tool-cancelled" },
        "*",
      );
    });
    await sight.rests();
    assert.equal(await sight.heading.innerText(), before);
    assert.equal((await sight.places.count()) > 0, true);
  },
};

/** Elements and attributes that no view of ours has. */
function elementsOf({ document }: Sight): Promise<string[]> {
  return document.evaluate(() => {
    const none =
      "#view :is(img:not(.leaflet-tile), script, style, iframe, b, object, embed, [onload], [onerror], [onclick], a[href^='javascript' i])";
    return [...window.document.querySelectorAll(none)].map(({ outerHTML }) =>
      outerHTML.slice(0, 200),
    );
  });
}
