import assert from "node:assert/strict";
import type { Route } from "playwright-core";
import { STATIONS } from "../answers.ts";
import type { Checks } from "../checks.ts";
import { type Colours, coloursOf, groundOf } from "../colours.ts";
import type { Chat, Scene } from "../scene.ts";
import { Sight } from "../sight.ts";

const TILE = /\/basemap\/\d+\/\d+\/\d+/;
const TILE_JSON = /\/basemap\.json/;
/** Far inland, and far out at sea. */
const MADRID = { latitude: 40.4168, longitude: -3.7038, radius: 20, limit: 3 };
const ATLANTIC = { latitude: -28.5, longitude: -22.5, radius: 20, limit: 3 };
const COAST = { latitude: 43.2965, longitude: 5.3698, radius: 30, limit: 3 };
/** Letters and marks have edges in any colour. */
const NOTHING = 0.002;
/** What failing to load looks like in the console. */
const FAILED = /Failed to load resource|net::ERR_FAILED/;

export const ground: Checks = {
  async "land and sea each have their colour, in light and dark"(scene) {
    for (const theme of ["light", "dark"] as const) {
      const { land, sea } = await knownColours(scene, theme);
      assert.notEqual(land, sea);
      const coast = await seen(scene, COAST, theme);
      for (const colour of [land, sea]) {
        assert.ok((coast.get(colour) ?? 0) > 0.1, `${colour} is not at the coast: ${told(coast)}`);
      }
    }
  },

  async "tiles that fail, are missing, or have no TileJSON: neither land nor sea"(scene) {
    scene.expect(FAILED);
    const { land, sea } = await knownColours(scene, "light");
    const ways: [string, RegExp, (route: Route) => Promise<void>][] = [
      ["cut off", TILE, (route) => route.abort()],
      ["refused", TILE, (route) => route.fulfill({ status: 500, headers: OPEN })],
      ["not there", TILE, (route) => route.fulfill({ status: 204, headers: OPEN })],
      ["nonsense", TILE, (route) => route.fulfill({ status: 200, headers: OPEN, body: "<html>" })],
      ["no archive", TILE_JSON, (route) => route.fulfill({ status: 404, headers: OPEN })],
      ["cut off at once", TILE_JSON, (route) => route.abort()],
    ];
    await Promise.all(
      ways.map(async ([way, address, act]) => {
        const { view } = await scene.chat({ args: COAST }, {}, undefined, [[address, act]]);
        const sight = new Sight(view);
        await sight.hasAnswer();
        await sight.settled();
        const colours = await coloursOf(sight.map);
        for (const colour of [land, sea]) {
          const share = colours.get(colour) ?? 0;
          assert.ok(share < NOTHING, `${way}: ${colour} in ${told(colours)}`);
        }
        if (way !== "no archive") return;
        await sight.openCredits();
        assert.match(await sight.credits.innerText(), /no detailed map could be loaded/);
      }),
    );
  },

  async "tiles that come late: neither, then what they show"(scene) {
    const { land, sea } = await knownColours(scene, "light");
    const isDue = Promise.withResolvers<void>();
    const late = async (route: Route) => {
      await isDue.promise;
      await route.continue();
    };
    const { view } = await scene.chat({ args: MADRID }, {}, undefined, [[TILE, late]]);
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.settled();
    const before = await coloursOf(sight.map);
    for (const colour of [land, sea]) assert.ok((before.get(colour) ?? 0) < NOTHING, told(before));
    isDue.resolve();
    await sight.hasTiles();
    assert.equal(groundOf(await coloursOf(sight.map)), land);
  },

  async "one tile missing among others leaves its own ground alone"(scene) {
    const { land, sea } = await knownColours(scene, "light");
    let first: string | undefined;
    const missing = (route: Route) => {
      first ??= route.request().url();
      if (route.request().url() === first) return route.fulfill({ status: 204, headers: OPEN });
      return route.continue();
    };
    const { view } = await scene.chat(
      { args: ATLANTIC },
      { viewport: { width: 800, height: 900 } },
      undefined,
      [[TILE, missing]],
    );
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.settled();
    const colours = await coloursOf(sight.map);
    assert.ok((colours.get(land) ?? 0) < NOTHING, `The missing one is land: ${told(colours)}`);
    assert.ok((colours.get(sea) ?? 0) < 0.98, `The missing one is sea: ${told(colours)}`);
  },

  async "the coarse outline shows from afar only"(scene) {
    scene.expect(FAILED);
    const { land, sea } = await knownColours(scene, "light");
    const none = (route: Route) => route.abort();
    const afar = await scene.chat(
      { args: { near: "Nairobi", radius: 4_000, limit: 3 } },
      {},
      undefined,
      [[TILE_JSON, none]],
    );
    await new Sight(afar.view).settled();
    const colours = await coloursOf(new Sight(afar.view).map);
    assert.ok((colours.get(land) ?? 0) > 0.1, `No outline from afar: ${told(colours)}`);
    const near = await scene.chat({ args: STATIONS }, {}, undefined, [[TILE_JSON, none]]);
    await new Sight(near.view).settled();
    const close = await coloursOf(new Sight(near.view).map);
    for (const colour of [land, sea]) assert.ok((close.get(colour) ?? 0) < NOTHING, told(close));
  },

  async "the first picture at 480 px takes at most 6 tiles, and none twice"(scene) {
    for (const args of [
      STATIONS,
      MADRID,
      { near: "Tokyo", radius: 50, limit: 50 },
      { near: "Lyon", radius: 2 },
    ]) {
      const since = scene.requested.length;
      await seen(scene, args, "light");
      const tiles = scene.requested.slice(since).filter(({ pathname }) => TILE.test(pathname));
      assert.ok(
        tiles.length > 0 && tiles.length <= 6,
        `${JSON.stringify(args)}: ${tiles.join(" ")}`,
      );
      assert.equal(new Set(tiles.map(String)).size, tiles.length, `twice: ${tiles.join(" ")}`);
    }
  },
};

const OPEN = { "access-control-allow-origin": "*" };

type Theme = "light" | "dark";
interface Known {
  readonly land: string;
  readonly sea: string;
}

/** Looked up once. */
const KNOWN = new Map<Theme, Promise<Known>>();

function knownColours(scene: Scene, theme: Theme): Promise<Known> {
  const look = async () => {
    const [land, sea] = await Promise.all(
      [MADRID, ATLANTIC].map((where) => seen(scene, where, theme).then(groundOf)),
    );
    return { land: land!, sea: sea! };
  };
  const known = KNOWN.get(theme) ?? look();
  KNOWN.set(theme, known);
  return known;
}

async function seen(scene: Scene, args: object, theme: Theme): Promise<Colours> {
  const { view }: Chat = await scene.chat({ args: { ...args }, context: { theme } });
  const sight = new Sight(view);
  await sight.hasTiles();
  await sight.settled();
  return coloursOf(sight.map);
}

function told(colours: Colours): string {
  const most = [...colours].slice(0, 5);
  return most.map(([colour, share]) => `${Math.round(share * 100)} % ${colour}`).join("; ");
}
