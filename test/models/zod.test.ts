import { expect, test } from "vitest";
import { z } from "../../src/models/providers/zod.ts";

const libraries = import.meta.glob<string>(
  "../../node_modules/@ai-sdk/{openai-compatible,anthropic,provider-utils}/dist/index.js",
  { query: "?raw", import: "default", eager: true },
);

test("what is bundled as zod has all that the providers' libraries take from it", () => {
  expect(Object.keys(libraries)).toHaveLength(3);
  const taken = Object.values(libraries).flatMap((text) =>
    [...text.matchAll(/\bz\d*\.(\w+)/g)].map(([, name]) => name!),
  );
  expect(taken.length).toBeGreaterThan(1_000);
  expect([...new Set(taken)].filter((name) => !(name in z))).toEqual([]);
});
