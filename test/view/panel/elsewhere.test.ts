import { describe, expect, it } from "vitest";
import type { Answer, ToolResult } from "../../../src/view/answer.ts";
import { Elsewhere, type Finder, type Found } from "../../../src/view/panel/elsewhere.ts";
import type { Surroundings } from "../../../src/view/panel/surroundings.ts";

const ANSWER: Answer = {
  location: { latitude: 1, longitude: 2, label: "Somewhere", source: "near", accuracy_meters: 10 },
  query: "cafe",
  radius: 2,
  unit: "km",
  radius_km: 2,
  results: [{ id: "a", name: "A", latitude: 1, longitude: 2, distance_km: 1 }],
  distance_unit: "km",
  next_cursor: "next",
  warnings: [],
  attribution: [],
};
const RESULT: ToolResult = {
  structuredContent: ANSWER,
  content: [{ type: "text", text: "1 place" }],
};
const FROM: Found = { answer: ANSWER, args: { query: "cafe", near: "Lyon", session: "s" } };
const POINT = { latitude: 45.7, longitude: 4.8 };

/** Searches of which everything that happens is written down. */
function searches(changes: Partial<Surroundings> = {}) {
  const events: unknown[] = [];
  const note =
    (name: string) =>
    (...what: unknown[]) =>
      void events.push([name, ...what]);
  const surroundings: Surroundings = {
    settings: {},
    inline: true,
    takesCoordinates: () => true,
    async search(args) {
      events.push(["search", args]);
      return RESULT;
    },
    details: () => Promise.reject(new Error("nobody asks")),
    openLink() {},
    told: (text) => note("told")(text),
    ...changes,
  };
  const finder: Finder = {
    busy: note("busy"),
    found: ({ answer, ...how }) => note("found")({ places: answer.results.length, ...how }),
    refused: note("refused"),
    failed: note("failed"),
  };
  const names = () => events.map((event) => (event as unknown[])[0]);
  return { elsewhere: new Elsewhere(surroundings, finder), events, names };
}

describe("what people look for from the view", () => {
  it("is asked, shown, and told to the model", async () => {
    const { elsewhere, events } = searches();
    await elsewhere.place("Paris", FROM);
    const args = { query: "cafe", radius: 2, near: "Paris" };
    expect(events).toEqual([
      ["busy", "Searching …"],
      ["search", args],
      ["busy", ""],
      ["found", { places: 1, args }],
      ["told", 'The user looked around "Paris" in the map view:\n1 place'],
    ]);
  });

  it("is where the device is, which is remembered first", async () => {
    const order: string[] = [];
    const { elsewhere, events } = searches({
      locate: async () => POINT,
      async remember(point) {
        order.push(JSON.stringify(point));
        throw new Error("it cannot be remembered, and is searched all the same");
      },
    });
    await elsewhere.device({ args: { query: "cafe" } });
    expect(order).toEqual([JSON.stringify(POINT)]);
    const args = { query: "cafe", ...POINT };
    expect(events).toContainEqual(["found", { places: 1, args, chosen: "device" }]);
  });

  it("is searched around the device, however long it takes to remember that", async () => {
    const { elsewhere, names } = searches({
      locate: async () => POINT,
      remember: () => new Promise(() => {}),
    });
    await elsewhere.device({});
    expect(names()).toContain("found");
  });

  it("is more of the same, by the cursor alone", async () => {
    const { elsewhere, events } = searches();
    await elsewhere.more(FROM);
    expect(events).toContainEqual(["search", { cursor: "next" }]);
    const { args } = FROM;
    expect(events).toContainEqual(["found", { places: 1, args, goesOn: true }]);
  });

  it("is nothing else while it is looked for", async () => {
    const { elsewhere, names } = searches();
    await Promise.all([elsewhere.place("Paris", FROM), elsewhere.place("Lyon", FROM)]);
    expect(names().filter((name) => name === "search")).toHaveLength(1);
  });

  it("is not shown any more after something else was asked", async () => {
    const { elsewhere, names } = searches();
    const late = elsewhere.area(POINT, 5, FROM);
    elsewhere.stop();
    await elsewhere.place("Paris", FROM);
    await late;
    expect(names().filter((name) => name === "found" || name === "told")).toEqual([
      "found",
      "told",
    ]);
  });
});

describe("what does not work", () => {
  it("is told to people in the words that it comes with", async () => {
    const refuse = () => Promise.reject(new Error("Your device would not tell."));
    const device = searches({ locate: refuse });
    await device.elsewhere.device({});
    expect(device.events).toContainEqual(["failed", "Your device would not tell."]);
    expect(device.names()).not.toContain("search");

    const network = searches({ search: () => Promise.reject(new Error("")) });
    await network.elsewhere.place("Paris", FROM);
    expect(network.events).toContainEqual(["failed", "That did not work. Try again."]);
    // It can be tried again.
    await network.elsewhere.place("Paris", FROM);
    expect(network.names().filter((name) => name === "failed")).toHaveLength(2);
  });

  it("is left to whoever shows it, where the tool has no answer", async () => {
    const result = { isError: true, content: [{ type: "text", text: "No place" }] };
    const { elsewhere, events, names } = searches({ search: async () => result });
    await elsewhere.place("Nowhere", FROM);
    expect(events).toContainEqual(["refused", result]);
    expect(names()).not.toContain("told");
  });
});

it("there is nowhere else where the tool takes no place, or its filters are not known", () => {
  expect(searches().elsewhere.isOpen({})).toBe(true);
  expect(searches().elsewhere.isOpen(FROM)).toBe(true);
  const filtered = { ...ANSWER, narrowed_by: "that pass the filter" };
  expect(searches().elsewhere.isOpen({ ...FROM, answer: filtered })).toBe(false);
  expect(searches({ takesCoordinates: () => false }).elsewhere.isOpen(FROM)).toBe(false);
});
