import { expect, it } from "vitest";
import { SeenIds } from "../../../scripts/import/seen-ids.ts";

const PLACE = { name: "Place", category: "shop/books", latitude: 1, longitude: 1 };

it("knows each of many places again, and whether it says the same", () => {
  const seen = new SeenIds();
  const meet = (k: number, text: string) => seen.meet({ ...PLACE, sourceId: `p${k}` }, text);
  const many = Array.from({ length: 70_000 }, (_, k) => k);
  expect(many.every((k) => meet(k, `text ${k}`) === "new")).toBe(true);
  expect(many.every((k) => meet(k, `text ${k}`) === "same")).toBe(true);
  expect(many.every((k) => meet(k, `text ${k + 1}`) === "other")).toBe(true);
  expect(meet(70_000, "text")).toBe("new");
});
