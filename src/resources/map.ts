import { basemapFor, basemapOrigins } from "../basemap/basemap.ts";
import { sha256Hex } from "../digest.ts";
import { herePageOf } from "../location/here-page.ts";
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

  async address(services, origin) {
    const content = [await services.assets.hashOf("chat"), settingsOf(services, origin)];
    return address(await sha256Hex(JSON.stringify(content), 8));
  },

  read(_, services, { origin, isLocatedByHost: hostLocated }) {
    const { basemap, herePage } = settingsOf(services, origin);
    const settings = hostLocated ? { basemap, hostLocated } : { basemap, herePage };
    return services.assets.page("chat", { settings });
  },

  meta({ map }, { origin, isLocatedByHost }) {
    return {
      ui: {
        csp: basemapOrigins(map, origin),
        ...(!isLocatedByHost && { permissions: { geolocation: {} } }),
        prefersBorder: true,
      },
    };
  },
});

/** What the page gets of this server, for callers who know it by this origin. */
function settingsOf({ map }: Services, origin: string) {
  return { basemap: basemapFor(map, origin), herePage: herePageOf(origin, map) };
}
