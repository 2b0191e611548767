import { describe, expect, it, vi } from "vitest";
import { fitIn } from "../../../src/view/frame/fit.ts";
import { ModelNotes } from "../../../src/view/frame/model-notes.ts";
import { variablesIn } from "../../../src/view/frame/variables.ts";

describe("the height", () => {
  it.each([
    ["nothing is said", {}, { by: "view", most: undefined }],
    ["there is a bound", { containerDimensions: { maxHeight: 500 } }, { by: "view", most: 500 }],
    ["the bound is too low", { containerDimensions: { maxHeight: 9 } }, { by: "view", most: 320 }],
    ["it is fixed", { containerDimensions: { height: 400, maxWidth: 600 } }, { by: "host" }],
    ["it is fullscreen", { displayMode: "fullscreen" as const }, { by: "host" }],
    ["it floats", { displayMode: "pip" as const }, { by: "host" }],
  ])("where %s", (_, context, fit) => {
    expect(fitIn(context)).toEqual(fit);
  });

  it.each([null, [], 7, { height: "50%", maxHeight: Number.NaN }, { height: -1 }])(
    "is the view's where the host says %j",
    (containerDimensions) => {
      expect(fitIn({ containerDimensions } as never)).toEqual({ by: "view", most: undefined });
    },
  );
});

describe("the host's variables", () => {
  const COLORS = { "--color-background-primary": "#fff", "--color-text-primary": "#111" };

  it("are taken as they are", () => {
    const given = { ...COLORS, "--font-sans": "Arial", "--border-radius-md": "8px" };
    expect(Object.fromEntries(variablesIn(given))).toEqual(given);
  });

  it("are none where they are no values, or load something", () => {
    const given = {
      color: "red",
      "--x;y": "red",
      "--font-sans": undefined,
      "--font-mono": 7,
      "--shadow-sm": "url(https://example.com/x)",
      "--shadow-md": "image-set('https://example.com/x' 1x)",
    };
    expect(variablesIn(given)).toEqual([]);
    for (const nothing of [undefined, null, 7, "x"]) expect(variablesIn(nothing)).toEqual([]);
  });

  it("have no colours where some are missing that belong together", () => {
    const given = { "--color-text-primary": "#111", "--font-sans": "Arial" };
    expect(variablesIn(given)).toEqual([["--font-sans", "Arial"]]);
  });
});

describe("the model's notes", () => {
  it("have in them whatever still holds: hosts keep the last one", () => {
    const tell = vi.fn<(text: string) => void>();
    const notes = new ModelNotes(tell);
    notes.looked("Found two cafes.");
    notes.located("abc");
    notes.looked("Found none.");
    expect(tell.mock.calls.map(([text]) => text)).toEqual([
      "Found two cafes.",
      expect.stringMatching(/session "abc".*\n\nFound two cafes\.$/s),
      expect.stringMatching(/session "abc".*\n\nFound none\.$/s),
    ]);
  });

  it("tell of a location that no session is needed for", () => {
    const tell = vi.fn<(text: string) => void>();
    new ModelNotes(tell).located(undefined);
    expect(tell.mock.calls[0]![0]).toMatch(/shared their location.*look there/);
  });
});
