import { expect, it } from "vitest";
import { basemapFor, basemapOrigins } from "../../src/basemap/basemap.ts";
import { parseConfig } from "../../src/config/config.ts";

const ORIGIN = "https://places.example.com";

it("is this server's own, which maps fetch from it", () => {
  const config = parseConfig({});
  expect(basemapFor(config, ORIGIN)).toEqual({ vector: `${ORIGIN}/basemap.json` });
  expect(basemapOrigins(config, ORIGIN)).toEqual({
    connectDomains: [ORIGIN],
    resourceDomains: [],
  });
});

it("is pictures of another server, if it is set", () => {
  const url = "https://tiles.example.org:8443/{z}/{x}/{y}{r}.png?key=abc";
  const config = parseConfig({ TILES_URL: url, TILES_ATTRIBUTION: "© Example" });
  expect(basemapFor(config, ORIGIN)).toEqual({ raster: url, attribution: "© Example" });
  expect(basemapOrigins(config, ORIGIN)).toEqual({
    connectDomains: [],
    resourceDomains: ["https://tiles.example.org:8443"],
  });
});
