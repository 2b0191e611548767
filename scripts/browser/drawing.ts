import type { Frame } from "playwright-core";
import { STATIONS } from "./answers.ts";
import { Scene, type Stage } from "./scene.ts";
import { Sight } from "./sight.ts";

/** What a view takes from the tool's result to the picture. */
export interface Drawn {
  readonly milliseconds: number;
  /** JavaScript's heap, host and view together. */
  readonly heapMb: number;
}

/** Opens a view whose result is missing, hands it over, and waits for list and map. `slowdown` is 4 for a quarter of the processor. */
export async function drawOnce(stage: Stage, slowdown: number): Promise<Drawn> {
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
    const milliseconds = await view.evaluate(() => pictureMs);
    await session.send("Performance.enable");
    const { metrics } = await session.send("Performance.getMetrics");
    const heap = metrics.find(({ name }) => name === "JSHeapUsedSize")!.value;
    return { milliseconds, heapMb: heap / 1_000_000 };
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
