import { basemapFor, basemapOrigins } from "../basemap/basemap.ts";
import type { Vantage } from "../caller.ts";
import { sha256Hex } from "../digest.ts";
import { defineResource } from "../mcp/define.ts";
import type { Services } from "../services.ts";

const address = (hash: string) => `ui://hereabouts/map-${hash}.html`;

export default defineResource({
  name: "map",
  // Hosts keep a page by its address, so that has its content in it. Whoever asks for an older one gets the one of now.
  uri: address("{hash}"),
  title: "Map of places nearby",
  description: "What hosts show beside an answer of get_nearby_data (MCP Apps): no text to read.",
  mimeType: "text/html;profile=mcp-app",
  // Whoever may ask the tool, and nobody else.
  scope: "places:read",
  mayBeKeptMs: 60 * 60_000,

  async address(services, vantage) {
    const document = await services.assets.hashOf("chat");
    const content = [document, settingsOf(services, vantage), metaOf(services, vantage)];
    return address(await sha256Hex(JSON.stringify(content), 8));
  },

  read(_, services, caller) {
    return services.assets.page("chat", { settings: settingsOf(services, caller) });
  },

  meta: metaOf,
});

function settingsOf(
  { basemap }: Services,
  { origin, isLocatedByHost, herePage }: Vantage,
): Readonly<Record<string, unknown>> {
  return {
    basemap: basemapFor(basemap, origin),
    ...(herePage && { herePage }),
    ...(isLocatedByHost && { hostLocated: true }),
  };
}

function metaOf({ basemap }: Services, { origin, isLocatedByHost }: Vantage) {
  return {
    ui: {
      csp: basemapOrigins(basemap, origin),
      ...(!isLocatedByHost && { permissions: { geolocation: {} } }),
      prefersBorder: true,
    },
  };
}
