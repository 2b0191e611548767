import type { HostContext } from "../bridge/bridge.ts";
import { fitIn, isLength } from "./fit.ts";

/** What the map may take of a bounded height, so that some of the list is to be seen, too. */
const MAP_SHARE = 0.35;

/**
 * Fits the view into its frame, and tells the host its height. That is the height of what it shows, never of the frame: else
 * both would grow for ever (ext-apps#502).
 */
export class Fitting {
  readonly #view: HTMLElement;
  readonly #report: (height: number) => void;
  readonly #observer = new ResizeObserver(() => this.report());
  #reported = 0;
  /** Of what the host covers above and below. */
  #insetsPx = 0;
  #isOwn = true;
  #isDue = false;

  /** @param report takes the height in pixels */
  constructor(view: HTMLElement, report: (height: number) => void) {
    this.#view = view;
    this.#report = report;
    this.#observer.observe(view);
  }

  apply(context: HostContext): void {
    const fit = fitIn(context);
    const { dataset, style } = document.documentElement;
    dataset.fit = fit.by;
    const { top, right, bottom, left } = context.safeAreaInsets ?? {};
    const insets = [top, right, bottom, left].map((inset) => (isLength(inset) ? inset : 0));
    style.setProperty("--insets", insets.map((inset) => `${inset}px`).join(" "));
    this.#insetsPx = insets[0]! + insets[2]!;
    const most = fit.by === "view" && fit.most ? fit.most - this.#insetsPx : undefined;
    style.setProperty("--most-height", most ? `${most}px` : "none");
    style.setProperty("--most-map-height", most ? `${Math.round(most * MAP_SHARE)}px` : "none");
    // A frame that was the host's to size has had another height meanwhile.
    if (!this.#isOwn) this.#reported = 0;
    this.#isOwn = fit.by === "view";
    this.report();
  }

  /** Whatever changes at once is told once. Not by animation frames: a frame that nobody sees yet has none. */
  report(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      const viewPx = this.#view.getBoundingClientRect().height;
      const height = Math.ceil(viewPx + this.#insetsPx);
      if (!this.#isOwn || viewPx === 0 || height === this.#reported) return;
      this.#reported = height;
      this.#report(height);
    });
  }

  remove(): void {
    this.#observer.disconnect();
  }
}
