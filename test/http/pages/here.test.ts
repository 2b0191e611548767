import { describe, expect, it } from "vitest";
import { catalog } from "../../../src/mcp/catalog.ts";
import { appWith } from "../../support/app.ts";
import { type Fetch, ORIGIN, worker } from "../../support/client.ts";

async function open(path = "/here", fetch: Fetch = worker) {
  const response = await fetch(new Request(`${ORIGIN}${path}`));
  const { status, headers } = response;
  return { status, headers, html: await response.text() };
}

function settingsIn(html: string) {
  const [, json] = /<script type="application\/json" id="settings">(.*?)<\/script>/.exec(html)!;
  return JSON.parse(json!) as { readonly server: object };
}

/** What a reader sees. */
const words = (html: string) => html.replace(/<[^>]+>/g, "").replace(/\s+/g, " ");

describe("the page at /here", () => {
  it("says what for, by whom and for how long, before anything is sent", async () => {
    const { status, html } = await open();
    expect(status).toBe(200);
    const said = words(html);
    expect(said).toContain("To find places around you");
    expect(said).toContain("this server at hereabouts.example");
    expect(said).toContain("deleted 1 hour after its last use");
    expect(said).toContain("Nothing has been sent yet.");
    // Roughly is preset.
    expect(html).toMatch(/value="1000" checked>/);
    expect(html).not.toContain("<!--");
  });

  it.each([
    ["90", "90 seconds"],
    ["5400", "90 minutes"],
    ["172800", "2 days"],
  ])("tells a time of %s s as %s", async (seconds, told) => {
    const { html } = await open("/here", appWith(catalog, { SESSION_TTL_SECONDS: seconds }));
    expect(words(html)).toContain(`deleted ${told} after its last use`);
  });

  it("takes nothing from its address", async () => {
    const { html } = await open();
    const session = "?session=abc&latitude=1&longitude=2&place=Lyon&return_to=https://evil.example";
    expect((await open(`/here${session}`)).html).toBe(html);
    const [, script] = /<script type="module" src="(.*?)">/.exec(html)!;
    const { html: code, status } = await open(script);
    expect(status).toBe(200);
    expect(code).toContain("set_location");
    expect(code).not.toMatch(
      /location\.(?:search|hash|href)|document\.(?:URL|referrer|cookie)|URLSearchParams|postMessage|opener/,
    );
  });

  it("may ask the device, is shown in no frame, and tells nobody where it was", async () => {
    const { headers } = await open();
    expect(headers.get("permissions-policy")).toBe("geolocation=(self)");
    expect(headers.get("content-security-policy")).toMatch(
      /script-src 'self'; .*connect-src 'self'; .*frame-ancestors 'none'/,
    );
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("set-cookie")).toBeNull();
  });

  it("knows whether it takes a key", async () => {
    expect(settingsIn((await open()).html).server).toMatchObject({ isOpen: true });
    const fetch = appWith(catalog, { ANONYMOUS_SCOPES: "places:read" });
    expect(settingsIn((await open("/here", fetch)).html).server).toMatchObject({ isOpen: false });
  });

  it("shows the operator's name as a text", async () => {
    const fetch = appWith(catalog, { SERVER_TITLE: "Ada & <b>Sons</b>" });
    const { html } = await open("/here", fetch);
    expect(html).toContain("Ada &amp; &lt;b&gt;Sons");
    expect(html).not.toContain("<b>Sons");
  });
});
