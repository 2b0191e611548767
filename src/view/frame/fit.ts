import type { HostContext } from "../bridge/bridge.ts";

/** Below this nothing of use could be shown. */
const LEAST_HEIGHT = 320;

/** Who decides how high the view is. */
export type Fit =
  /** The host: the view fills its frame, and what is longer scrolls inside. */
  | { readonly by: "host" }
  /** The view, up to a height in pixels, where there is one. */
  | { readonly by: "view"; readonly most: number | undefined };

export function fitIn({ displayMode, containerDimensions }: HostContext): Fit {
  const { height, maxHeight } = (containerDimensions ?? {}) as Readonly<Record<string, unknown>>;
  if (isInline(displayMode) && !isLength(height)) {
    return {
      by: "view",
      most: isLength(maxHeight) ? Math.max(maxHeight, LEAST_HEIGHT) : undefined,
    };
  }
  return { by: "host" };
}

/** A host that says nothing shows the view in the chat. */
export function isInline(mode: unknown): boolean {
  return mode !== "fullscreen" && mode !== "pip";
}

export function isLength(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value > 0;
}
