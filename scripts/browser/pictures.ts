import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { STATIONS } from "./answers.ts";
import type { Checks } from "./checks.ts";
import { Sight } from "./sight.ts";

const WIDTHS = [320, 480, 800];
const THEMES = ["light", "dark"] as const;

/** What views are asked, by the name of the picture. */
const VIEWS: Readonly<Record<string, Record<string, unknown>>> = {
  view: STATIONS,
  coast: { query: "station", near: "Marseille", radius: 20, limit: 12 },
  many: { near: "Tokyo", radius: 50, limit: 50 },
  rough: { latitude: 48.9, longitude: 2.4, radius: 50, limit: 5 },
  beyond: { query: "large airport", near: "Paris", radius: 5 },
  pole: { latitude: 89.5, longitude: 20, radius: 2_000, limit: 10 },
  dateline: { latitude: -17, longitude: 179.9, radius: 700, limit: 10 },
  nowhere: { query: "station", radius: 5 },
};

/** Takes pictures of everything, to be looked at. */
export function picturesInto(folder: string): Checks {
  const path = (...name: (string | number)[]) => join(folder, `${name.join("-")}.png`);
  const views = Object.entries(VIEWS).flatMap(([name, args]) => {
    return WIDTHS.flatMap((width) => THEMES.map((theme) => ({ name, args, width, theme })));
  });
  const taken: Checks = Object.fromEntries(
    views.map(({ name, args, width, theme }) => [
      `picture: ${name}, ${width} px, ${theme}`,
      async (scene) => {
        await mkdir(folder, { recursive: true });
        const look = { viewport: { width, height: 900 }, colorScheme: theme };
        const { view, page } = await scene.chat({ args, context: { theme } }, look);
        const sight = new Sight(view);
        await sight.places.first().or(sight.field).first().waitFor();
        if (name === "view") await sight.nameOf(1).click();
        if ((await sight.map.count()) > 0) await sight.settled();
        await page.locator("iframe").screenshot({ path: path(name, width, theme) });
      },
    ]),
  );
  const pages: Checks = Object.fromEntries(
    THEMES.map((theme) => [
      `picture: the pages, ${theme}`,
      async (scene) => {
        await mkdir(folder, { recursive: true });
        for (const width of WIDTHS) {
          const look = { viewport: { width, height: 900 }, colorScheme: theme };
          const front = await scene.open("/#query=station&near=Lyon&radius=5", look);
          await new Sight(front).hasAnswer();
          await new Sight(front).settled();
          await front.screenshot({ path: path("page", width, theme), fullPage: true });
          const here = await scene.open("/here", look);
          await here.screenshot({ path: path("here", width, theme), fullPage: true });
        }
      },
    ]),
  );
  return { ...taken, ...pages };
}
