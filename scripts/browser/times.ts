import type { Frame } from "playwright-core";
import { STATIONS } from "./answers.ts";
import { Scene, type Stage } from "./scene.ts";
import { Sight } from "./sight.ts";

const ROUNDS = 5;

/** Tells how long a view takes from the tool's result to the picture, and what it has in memory. Nothing is judged. */
export async function report(stage: Stage): Promise<void> {
  for (const slowdown of [1, 4]) {
    const rounds: Measured[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(stage, slowdown));
    const median = (of: (one: Measured) => number) =>
      rounds.map(of).sort((a, b) => a - b)[ROUNDS >> 1]!;
    const speed = slowdown === 1 ? "unthrottled" : `at 1/${slowdown} of the CPU`;
    console.log(
      `From the result to list and map, ${speed}: ${Math.round(median(({ ms }) => ms))} ms (median of ${ROUNDS}); ` +
        `JavaScript's heap: ${median(({ heapMb }) => heapMb).toFixed(1)} MB`,
    );
  }
}

interface Measured {
  readonly ms: number;
  readonly heapMb: number;
}

async function measure(stage: Stage, slowdown: number): Promise<Measured> {
  const scene = new Scene(stage);
  try {
    const { view, page, host } = await scene.chat({ args: STATIONS, result: "never" });
    await new Sight(view).heading.waitFor();
    // The host and its view share a process: both are on loopback, which is one site.
    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    const result = await stage.program.call("get_nearby_data", STATIONS);
    await awaitPictureIn(view);
    await host.give(result);
    const ms = await view.evaluate(() => pictureMs);
    await session.send("Performance.enable");
    const { metrics } = await session.send("Performance.getMetrics");
    const heap = metrics.find(({ name }) => name === "JSHeapUsedSize")!.value;
    return { ms, heapMb: heap / 1_000_000 };
  } finally {
    await scene.close();
  }
}

/** Milliseconds from the message with the result to the frame after the first tile, in the view that is measured. */
declare global {
  var pictureMs: Promise<number>;
}

/** Listens in the view before the result is sent. */
function awaitPictureIn(view: Frame): Promise<void> {
  return view.evaluate(() => {
    const cameAtMs = new Promise<number>((resolve) => {
      addEventListener("message", ({ data }) => {
        if (data?.method === "ui/notifications/tool-result") resolve(performance.now());
      });
    });
    const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const isShown = () =>
      document.querySelector("ol.places > li") && document.querySelector(".leaflet-tile-loaded");
    globalThis.pictureMs = cameAtMs.then(async (startedAtMs) => {
      while (!isShown()) await nextFrame();
      await nextFrame();
      return performance.now() - startedAtMs;
    });
  });
}
