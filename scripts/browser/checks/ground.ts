import assert from "node:assert/strict";
import type { Route } from "playwright-core";
import { changed, STATIONS } from "../answers.ts";
import type { Checks } from "../checks.ts";
import { type Colours, coloursOf, groundOf } from "../colours.ts";
import type { Scene } from "../scene.ts";
import { Sight } from "../sight.ts";

const TILE = /\/basemap\/\d+\/\d+\/\d+/;
const TILE_JSON = /\/basemap\.json/;
/** Far inland, and far out at sea. */
const MADRID = { latitude: 40.4168, longitude: -3.7038, radius: 20, limit: 3 };
const ATLANTIC = { latitude: -28.5, longitude: -22.5, radius: 20, limit: 3 };
const COAST = { latitude: 43.2965, longitude: 5.3698, radius: 50, limit: 40 };
/** Letters and marks have edges in any colour. */
const NOTHING = 0.002;
/** What failing to load looks like in the console. */
const FAILED = /Failed to load resource|net::ERR_FAILED|Unimplemented type/;

export const ground: Checks = {
  async "land and sea each have their colour, in light and dark"(scene) {
    for (const { land, sea, coast } of Object.values(await known(scene))) {
      assert.notEqual(land, sea);
      for (const colour of [land, sea]) {
        assert.ok((coast.get(colour) ?? 0) > 0.1, `${colour} is not at the coast: ${told(coast)}`);
      }
    }
  },

  async "tiles that fail, are missing, or have no TileJSON: neither land nor sea"(scene) {
    scene.expect(FAILED);
    const { land, sea } = (await known(scene)).light;
    const ways: [string, RegExp, (route: Route) => Promise<void>][] = [
      ["cut off", TILE, (route) => route.abort()],
      ["not there", TILE, (route) => route.fulfill({ status: 204, headers: OPEN })],
      ["nonsense", TILE, (route) => route.fulfill({ status: 200, headers: OPEN, body: "<html>" })],
      ["no archive", TILE_JSON, (route) => route.fulfill({ status: 404, headers: OPEN })],
      ["no tiles", TILE_JSON, (route) => route.fulfill({ headers: OPEN, json: { tiles: [] } })],
      ["no TileJSON", TILE_JSON, (route) => route.fulfill({ headers: OPEN, json: null })],
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
        // Nor is the map credited that is not there.
        const credits = await sight.credits.locator(".line").innerText();
        assert.match(credits, /Map: no detailed map could be loaded here$/, way);
      }),
    );
  },

  async "tiles that come late: neither, then what they show"(scene) {
    const { land, sea } = (await known(scene)).light;
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
    const { land, sea } = (await known(scene)).light;
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
    const { land, sea } = (await known(scene)).light;
    const args = { query: "capital", near: "Nairobi", radius: 4_000, limit: 30 };
    const none = (route: Route) => route.abort();
    const { view, host } = await scene.chat({ args }, {}, undefined, [[TILE_JSON, none]]);
    const sight = new Sight(view);
    await sight.hasAnswer();
    await sight.settled();
    const afar = await coloursOf(sight.map);
    assert.ok((afar.get(land) ?? 0) > 0.1, `No outline from afar: ${told(afar)}`);
    await host.ask(STATIONS);
    await sight.hasAnswer(8);
    await sight.settled();
    const close = await coloursOf(sight.map);
    for (const colour of [land, sea]) assert.ok((close.get(colour) ?? 0) < NOTHING, told(close));
  },

  async "near a pole: the outline from afar, and the words that there is no map close up"(scene) {
    const close = { latitude: 90, longitude: 0, radius: 10 };
    const answer = changed(() => ({ results: [], nearest_beyond: undefined }));
    const { view, host } = await scene.chat({ args: MADRID, answer });
    const sight = new Sight(view);
    await sight.hasTiles();
    for (const [args, credits] of [
      [close, /Map: there is no detailed map of this area$/],
      [{ ...close, radius: 4_000 }, /Map: Natural Earth$/],
    ] as const) {
      await host.ask(args);
      await view
        .getByRole("heading", { name: `${args.radius.toLocaleString("en")} km of 90` })
        .waitFor();
      assert.match(await sight.credits.locator(".line").innerText(), credits);
    }
  },

  async "the first picture at 480 px takes at most 6 tiles, and none twice"(scene) {
    for (const args of [STATIONS, { near: "Tokyo", radius: 50, limit: 50 }]) {
      const since = scene.requested.length;
      const { view } = await scene.chat({ args });
      await new Sight(view).hasTiles();
      const asked = scene.requested.slice(since).filter(({ pathname }) => TILE.test(pathname));
      const tiles = asked.map(({ pathname }) => pathname);
      assert.ok(tiles.length > 0 && tiles.length <= 6, `${JSON.stringify(args)}: ${tiles}`);
      assert.equal(new Set(tiles).size, tiles.length, `twice: ${tiles}`);
    }
  },
};

const OPEN = { "access-control-allow-origin": "*" };

/** What the map looks like in one theme. */
interface Look {
  readonly land: string;
  readonly sea: string;
  readonly coast: Colours;
}
type Looks = Readonly<Record<"light" | "dark", Look>>;

let looks: Promise<Looks> | undefined;

/** Looks it up once, for all checks. */
function known(scene: Scene): Promise<Looks> {
  looks ??= lookUp(scene);
  return looks;
}

async function lookUp(scene: Scene): Promise<Looks> {
  const { view, host } = await scene.chat({ args: MADRID });
  const sight = new Sight(view);
  const lookAt = async (where: typeof MADRID) => {
    await host.ask(where);
    await view.getByRole("heading", { name: String(where.latitude) }).waitFor();
    await sight.hasTiles();
    return coloursOf(sight.map);
  };
  const lookAround = async () => ({
    land: groundOf(await lookAt(MADRID)),
    sea: groundOf(await lookAt(ATLANTIC)),
    coast: await lookAt(COAST),
  });
  const light = await lookAround();
  await host.change({ theme: "dark" });
  return { light, dark: await lookAround() };
}

function told(colours: Colours): string {
  const most = [...colours].slice(0, 5);
  return most.map(([colour, share]) => `${Math.round(share * 100)} % ${colour}`).join("; ");
}
