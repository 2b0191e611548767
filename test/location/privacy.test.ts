import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { catalog } from "../../src/mcp/catalog.ts";
import { appWith } from "../support/app.ts";
import { connect, type Fetch } from "../support/client.ts";
import { loadWorld } from "../support/world.ts";

beforeAll(() => loadWorld());
afterEach(() => {
  vi.restoreAllMocks();
});

/** Two or more decimals: finer than 0.1 degree, some 11 km. */
const FINE_COORDINATE = /\d\.\d{2,}/;

const HERE = { latitude: 45.748412, longitude: 4.846718 };
const HINT = { "openai/userLocation": { ...HERE, city: "Lyon", country: "FR" } };
const CF = { latitude: "45.74846", longitude: "4.84671", city: "Lyon", country: "FR", asn: 3215 };

/** Everything that is written to the console in the meantime. */
function watchLog(): () => string {
  const methods = ["error", "warn", "log", "info", "debug", "trace"] as const;
  const spies = methods.map((method) => vi.spyOn(console, method).mockImplementation(() => {}));
  return () => JSON.stringify(spies.flatMap(({ mock }) => mock.calls));
}

const saying = (message: string) => () => {
  throw new Error(message);
};
const broken = (message: string) => ({
  PLACES_DB: { withSession: saying(message), prepare: saying(message) },
  PLACES_BUCKET: { get: saying(message), head: saying(message) },
});

it.each<[string, Record<string, unknown>]>([
  ["coordinates", HERE],
  ["a name", { near: "45.748412,4.846718" }],
  ["a hint or the network", {}],
])("no log line holds where somebody asked: %s", async (_, where) => {
  const log = watchLog();
  for (const bindings of [
    {},
    broken(`D1_ERROR: near ${HERE.latitude}, ${HERE.longitude}: SQLITE_BUSY`),
  ]) {
    const inner = appWith(catalog, bindings);
    const fetch: Fetch = (request) => inner(new Request(request, { cf: CF as never }));
    for (const era of ["auto", "legacy"] as const) {
      for (const _meta of [{}, HINT]) {
        const client = await connect(era, fetch);
        await client.callTool({
          name: "get_nearby_data",
          arguments: { query: "cafe", ...where },
          _meta,
        });
        await client.callTool({
          name: "get_nearby_data",
          arguments: { radius: -1, ...where },
          _meta,
        });
        await client.callTool({
          name: "set_location",
          arguments: { place: "45.748412,4.846718" },
          _meta,
        });
        await client.close();
      }
    }
  }
  expect(log()).toContain("failure");
  expect(log()).not.toMatch(FINE_COORDINATE);
  expect(log()).not.toContain("Lyon");
});
