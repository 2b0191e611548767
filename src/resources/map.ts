import { basemapFor, basemapOrigins } from "../basemap/basemap.ts";
import { sha256Hex } from "../digest.ts";
import { defineResource } from "../mcp/define.ts";

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

  async address({ assets, basemap }, origin) {
    const content = [await assets.hashOf("chat"), basemapFor(basemap, origin)];
    return address(await sha256Hex(JSON.stringify(content), 8));
  },

  read(_, { assets, basemap }, { origin, isLocatedByHost, herePage }) {
    const settings = {
      basemap: basemapFor(basemap, origin),
      ...(herePage && { herePage }),
      ...(isLocatedByHost && { hostLocated: true }),
    };
    return assets.page("chat", { settings });
  },

  meta({ basemap }, { origin, isLocatedByHost }) {
    return {
      ui: {
        csp: basemapOrigins(basemap, origin),
        ...(!isLocatedByHost && { permissions: { geolocation: {} } }),
        prefersBorder: true,
      },
    };
  },
});
