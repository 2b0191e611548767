import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import type * as z from "zod/v4";
import tool from "../../src/tools/get-nearby-data.ts";
import type getPlace from "../../src/tools/get-place.ts";
import type setLocation from "../../src/tools/set-location.ts";
import {
  type Answer,
  answerOf,
  type FullPlace,
  fullPlaceOf,
  type Location,
  type Place,
  type Remembered,
  rememberedOf,
  type ToolResult,
  textOf,
} from "../../src/view/answer.ts";
import { formatOf, formatWhere } from "../../src/view/words/distance.ts";
import { failureOf, linesOf } from "../../src/view/words/failure.ts";
import { headingOf } from "../../src/view/words/heading.ts";
import { notesOf } from "../../src/view/words/notes.ts";
import { provenanceOf } from "../../src/view/words/provenance.ts";
import { connect, type Fetch, worker } from "../support/client.ts";
import { ADDRESSES, NETWORKS } from "../support/hosts.ts";
import { CITIES, loadWorld } from "../support/world.ts";

beforeAll(() => loadWorld());

async function call(
  name: string,
  args: Record<string, unknown>,
  fetch: Fetch = worker,
): Promise<ToolResult> {
  const client = await connect("auto", fetch);
  const result = await client.callTool({ name, arguments: args });
  await client.close();
  return result as ToolResult;
}

async function ask(args: Record<string, unknown>, fetch?: Fetch): Promise<Answer> {
  const result = await call(tool.name, args, fetch);
  const answer = answerOf(result);
  expect(answer, textOf(result)).toBeDefined();
  return answer!;
}

const { latitude, longitude } = CITIES.lyon;
const POINT = { latitude, longitude };
/** What nobody but a model can do. */
const FOR_MODELS = /\bpass\b|cursor|call again|ask the user|get_|open_now|limit\b/i;

describe("what the view expects of the tools", () => {
  type Nearby = z.output<typeof tool.output>;
  type Found = Nearby["results"][number];
  type Whole = z.output<typeof getPlace.output>["place"];
  type Set = z.output<typeof setLocation.output>;

  it("is what they promise", () => {
    expectTypeOf<Nearby>().toExtend<Answer>();
    expectTypeOf<Whole>().toExtend<FullPlace>();
    expectTypeOf<Set>().toExtend<Remembered>();
  });

  it("has no field that they do not know", () => {
    expectTypeOf<Exclude<keyof Answer, keyof Nearby>>().toBeNever();
    expectTypeOf<Exclude<keyof Place, keyof Found>>().toBeNever();
    expectTypeOf<Exclude<keyof Location, keyof Nearby["location"]>>().toBeNever();
    expectTypeOf<Exclude<keyof FullPlace, keyof Whole>>().toBeNever();
    expectTypeOf<Exclude<keyof Remembered, keyof Set>>().toBeNever();
  });
});

describe("real answers", () => {
  it("are read whole", async () => {
    const result = await call(tool.name, { near: "Lyon", query: "cafe" });
    expect(answerOf(result)).toEqual(result.structuredContent);
    expect(answerOf({ ...result, isError: true })).toBeUndefined();
    const { structuredContent, ...words } = result;
    expect(answerOf(words)).toBeUndefined();
    expect(textOf(words)).toContain("Café of Lyon");

    const set = await call("set_location", POINT);
    expect(rememberedOf(set)).toEqual(set.structuredContent);
    const place = await call("get_place", { id: "cafes.lyon" });
    expect(fullPlaceOf(place)).toMatchObject({ id: "cafes.lyon", name: "Café of Lyon" });
    expect(fullPlaceOf(await call("get_place", { id: "cafes.none" }))).toBeUndefined();
    expect(rememberedOf(await call("set_location", {}))).toBeUndefined();
  });

  it.each([
    [{ ...POINT, query: "cafe" }, "1.1 km north"],
    [{ ...POINT, query: "cafe", unit: "mi" }, "0.69 mi north"],
    [{ near: "Lyon", query: "cafe" }, "about 1.1 km north"],
    [{ ...POINT, query: "lyon", category: "place" }, "here"],
  ])("of %j tell the distance as their text does", async (args, where) => {
    const result = await call(tool.name, args);
    const answer = answerOf(result)!;
    expect(formatWhere(answer.results[0]!, formatOf(answer))).toBe(where);
    expect(textOf(result)).toContain(`, ${where} [`);
  });

  it.each([
    [{ near: "Lyon", query: "cafe" }, "1 place for “cafe” within 10 km of Lyon"],
    [{ near: "Lyon", radius: 800, unit: "m" }, "1 place within 800 m of Lyon"],
    [{ near: "Lyon", limit: 1 }, "The nearest place within 10 km of Lyon"],
    [{ near: "Lyon", query: "cafe", radius: 500 }, "2 places for “cafe” within 500 km of Lyon"],
    [{ near: "Lyon", radius: 500, limit: 3 }, "The nearest 3 places within 500 km of Lyon"],
    [
      { near: "Lyon", category: "cafe", collection: "cafes" },
      "1 place of the kind “cafe” in “cafes” within 10 km of Lyon",
    ],
    [{ near: "Lyon", query: "cafe", radius: 1 }, "No places for “cafe” within 1 km of Lyon"],
  ])("of %j have a heading", async (args, heading) => {
    const { what, within, where } = headingOf(await ask(args));
    expect(`${what} ${within} ${where}`).toBe(`${heading}, Auvergne-Rhône-Alpes, FR`);
  });

  it("tell what page they are", async () => {
    const first = await ask({ ...POINT, radius: 500, limit: 1 });
    const next = await ask({ cursor: first.next_cursor, limit: 2 });
    expect(headingOf(next).what).toBe("Places 2 to 3 of more than 3");
  });

  it.each<[string, Record<string, unknown>, RegExp[]]>([
    [
      "coordinates of few digits",
      { latitude: 45.7, longitude: 4.8, radius: 2 },
      [/may be about 5.6 km off/],
    ],
    ["a city's middle", { near: "Lyon", radius: 1 }, [/may be about [\d.]+ km off/]],
    ["marks alone", { ...POINT, query: "!!!" }, [/“!!!” has no letter and no digit/]],
    ["metres taken for km", { ...POINT, radius: 1000 }, []],
    ["a limit that is too high", { ...POINT, limit: 99 }, []],
    ["a question for what is open", { ...POINT, query: "open cafe" }, [/^Left out: open\.$/]],
    ["misspelt words", { ...POINT, query: "cafee" }, [/./]],
    ["what is nowhere", { ...POINT, query: "zzyzx" }, [/^There is none anywhere else/]],
    [
      "a name with a part unknown",
      { near: "Rue Inconnue, Lyon", query: "cafe" },
      [/^Read as Lyon/],
    ],
  ])("tell people of %s what they need", async (_, args, expected) => {
    const notes = notesOf(await ask(args));
    for (const note of notes) expect(note).not.toMatch(FOR_MODELS);
    expect(notes).toHaveLength(expected.length);
    for (const [at, note] of expected.entries()) expect(notes[at]).toMatch(note);
  });

  it("say that the point is guessed", async () => {
    const atHome: Fetch = (request) => {
      const headers = new Headers(request.headers);
      headers.set("cf-connecting-ip", ADDRESSES.home);
      return worker(new Request(request, { headers, cf: NETWORKS.homeInLyon as never }));
    };
    const answer = await ask({ query: "cafe" }, atHome);
    expect(provenanceOf(answer)).toEqual({
      text: "Only a guess from your network address",
      exactness: "give or take 50 km",
      isDoubtful: true,
    });
    expect(notesOf(answer)).toEqual([]);
  });

  it("of which a host has left only the words are read as words", async () => {
    const result = await call(tool.name, { near: "Lyon", radius: 1, limit: 1, query: "cafe" });
    const lines = linesOf(textOf(result));
    expect(lines.join("\n")).not.toMatch(FOR_MODELS);
    const more = linesOf(textOf(await call(tool.name, { ...POINT, radius: 500, limit: 1 })));
    expect(more[1]).toBe("1. Lyon (city, Auvergne-Rhône-Alpes, FR, 522,250 people), here");
    expect(more.join("\n")).not.toMatch(FOR_MODELS);
  });
});

describe("real failures", () => {
  it.each<[string, Record<string, unknown>, string, RegExp, string[]]>([
    ["nobody knows where", {}, "Where should I look?", /^It is not known where you are\.$/, []],
    [
      "a session that is forgotten",
      { session: "x".repeat(24) },
      "Where should I look?",
      /^It is not known where you are\. Nothing is remembered/,
      [],
    ],
    [
      "several places of a name",
      { near: "Springfield" },
      "Which “Springfield”?",
      /^There are several places called “Springfield”\.$/,
      ["Springfield, Missouri, US", "Springfield, Massachusetts, US", "Springfield, Illinois, US"],
    ],
    [
      "no such place",
      { near: "Atlantisburg" },
      "Where should I look?",
      /^No place called "Atl/,
      [],
    ],
    ["a whole country", { near: "France" }, "Where should I look?", /too large/, []],
    [
      "no point on earth",
      { near: "95.123, 10.5" },
      "Where should I look?",
      /no point on earth/,
      [],
    ],
    [
      "a radius beyond the earth",
      { ...POINT, radius: 1e6 },
      "That did not work",
      /half the earth/,
      [],
    ],
    ["a radius of less than nothing", { ...POINT, radius: -1 }, "That did not work", /zero/, []],
    ["no such kind", { ...POINT, category: "nonsense" }, "That did not work", /that kind/, []],
    [
      "no such collection",
      { ...POINT, collection: "none" },
      "That did not work",
      /no collection of that name/,
      [],
    ],
    ["no such page", { cursor: "none" }, "That did not work", /search again/, []],
    ["no such time", { ...POINT, open_at: "soon" }, "That did not work", /./, []],
    ["half a point", { latitude: 5 }, "That did not work", /no point/, []],
    ["no number", { ...POINT, limit: "many" }, "That did not work", /as it was asked/, []],
  ])("of %s are told to people", async (_, args, heading, why, choices) => {
    const result = await call(tool.name, args);
    expect(result.isError).toBe(true);
    const failure = failureOf(textOf(result), true);
    expect(failure).toMatchObject({ heading, choices });
    expect(failure.why).toMatch(why);
    expect(failure.why).not.toMatch(FOR_MODELS);
  });

  it("without a word are told all the same", () => {
    expect(failureOf("", true).why).toBe("The question could not be answered as it was asked.");
  });

  it("say what to do where no place can be named", async () => {
    const text = textOf(await call(tool.name, {}));
    expect(failureOf(text, false).why).toBe(
      "It is not known where you are. Tell the assistant a town, a station or an airport.",
    );
    const { why } = failureOf(textOf(await call(tool.name, { near: "Springfield" })), false);
    expect(why).toMatch(/: Springfield, Missouri, US; .+\. Tell the assistant/);
  });
});
