import { describe, expect, it } from "vitest";
import * as z from "zod/v4";
import { CallerError } from "../../src/errors.ts";
import { parseInput } from "../../src/input.ts";
import { placeholder } from "../support/placeholder.ts";

const schema = placeholder.tools[0]!.input;

function complaint(value: unknown, checked: z.ZodObject = schema): string {
  try {
    parseInput("add_numbers", checked, value);
  } catch (error) {
    expect(error).toBeInstanceOf(CallerError);
    return (error as CallerError).message;
  }
  throw new Error("The input was accepted.");
}

it("passes what is right, with defaults filled in", () => {
  expect(parseInput("add_numbers", schema, { a: 0 })).toEqual({ a: 0, b: 1 });
});

it("says whose input it is and what to do", () => {
  expect(complaint({ a: -1 })).toBe(
    "The input of add_numbers is not valid.\n- a: must be at least 0, but is -1.\nCorrect it and call again.",
  );
});

describe("takes what clients send in another form", () => {
  const form = z.strictObject({
    number: z.number().optional(),
    whole: z.int().min(1).optional(),
    truth: z.boolean().optional(),
    text: z.string().optional(),
    choice: z.enum(["one", "two"]).optional(),
    list: z.array(z.strictObject({ size: z.number() })).optional(),
  });
  const parse = (value: unknown) => parseInput("x", form, value);

  it.each<[unknown, unknown]>([
    [{ number: "50" }, { number: 50 }],
    [{ number: " -2.5e1 " }, { number: -25 }],
    [{ number: ".5" }, { number: 0.5 }],
    [{ whole: "2" }, { whole: 2 }],
    [{ truth: "true" }, { truth: true }],
    [{ truth: "False" }, { truth: false }],
    [{ truth: 1 }, { truth: true }],
    [{ text: 75_001 }, { text: "75001" }],
    [{ text: ["cafe"] }, { text: "cafe" }],
    [{ choice: "ONE" }, { choice: "one" }],
    [{ list: '[{"size": 1}]' }, { list: [{ size: 1 }] }],
    [{ list: '[{"size": "1"}]' }, { list: [{ size: 1 }] }],
    [{ list: { size: "1" } }, { list: [{ size: 1 }] }],
    [{ list: ['{"size": "1"}'] }, { list: [{ size: 1 }] }],
    [{ number: "none", truth: "null", list: "undefined" }, {}],
    [{ number: null, text: "", choice: null }, {}],
  ])("%j", (value, meant) => {
    const before = structuredClone(value);
    expect(parse(value)).toEqual(meant);
    expect(value).toEqual(before);
  });

  it.each([
    "toolCallId",
    "tool_call_id",
    "sessionId",
    "action",
    "chatInput",
    "tool",
    "config",
    "run_manager",
    "runManager",
    "callbacks",
    "_meta",
    "_requestId",
    "$schema",
    "conversation_id",
  ])("passes over a client's own key: %s", (key) => {
    expect(parse({ text: "a", [key]: { any: "thing" } })).toEqual({ text: "a" });
  });

  it.each(["session_id", "lat", "location", "max_results", "Text", "state", "sessionid"])(
    "and still refuses a wrong name: %s",
    (key) => {
      expect(complaint({ [key]: "x" }, form)).toContain(
        `There is no input named ${key}; there are number, whole, truth, text, choice, list.`,
      );
    },
  );

  it("unless the tool has an input of that name", () => {
    expect(parseInput("x", z.strictObject({ action: z.string() }), { action: "go" })).toEqual({
      action: "go",
    });
  });
});

describe("names the field and the fix", () => {
  it.each([
    [{}, "a: is missing; pass a number."],
    [{ a: null }, "a: is missing; pass a number."],
    [{ a: Number.NaN }, "a: must be a number, not NaN."],
    [{ a: Number.POSITIVE_INFINITY }, "a: must be a number, not Infinity."],
    [{ a: "five" }, 'a: must be a number, not "five".'],
    [{ a: "1,000" }, 'a: must be a number, not "1,000".'],
    [{ a: "" }, "a: is missing; pass a number."],
    [{ a: "null" }, "a: is missing; pass a number."],
    [{ a: true }, "a: must be a number, not a boolean."],
    [{ a: [5] }, "a: must be a number, not an array."],
    [{ a: 101 }, "a: must be at most 100, but is 101."],
    [{ a: 1, note: "x".repeat(9_999) }, "note: must have at most 20 characters, but has 9999."],
    [{ a: 1, unit: "league" }, "unit: must be one of km, mi."],
    [{ a: 1, count: 1.5 }, "count: must be a whole number, not 1.5."],
    [{ a: 1, left: 1 }, "left: pass it together with right, or leave both out."],
    [
      { a: 1, radius_km: 1 },
      "There is no input named radius_km; there are a, b, note, unit, count, left, right.",
    ],
    ["text", 'must be an object, not "text".'],
  ])("%j", (value, words) => {
    expect(complaint(value)).toContain(`- ${words}\n`);
  });

  it("deep inside", () => {
    const nested = z.object({ list: z.array(z.object({ size: z.number() })).max(2) });
    expect(complaint({ list: [{ size: 1 }, {}] }, nested)).toContain("- list.1.size: is missing;");
    const strict = z.object({ list: z.array(z.strictObject({ size: z.number() })) });
    expect(complaint({ list: [{ size: 1, op: "=" }] }, strict)).toContain(
      "- list.0: There is no input named op; there are size.",
    );
    const three = Array.from({ length: 3 }, () => ({ size: 1 }));
    expect(complaint({ list: three }, nested)).toContain(
      "- list: must have at most 2 items, but has 3.",
    );
  });

  it("with every kind of fault that a schema can find", () => {
    const odd = z.object({
      step: z.number().multipleOf(5).optional(),
      less: z.number().lt(3).optional(),
      more: z.number().gt(3).optional(),
      mail: z.email().optional(),
      code: z
        .string()
        .regex(/^[A-Z]{3}$/)
        .optional(),
      long: z.string().min(3).optional(),
      only: z.literal("yes").optional(),
      either: z.union([z.number(), z.boolean()]).optional(),
    });
    expect(complaint({ step: 7 }, odd)).toContain("step: must be a multiple of 5, but is 7.");
    expect(complaint({ less: 3 }, odd)).toContain("less: must be less than 3, but is 3.");
    expect(complaint({ more: 3 }, odd)).toContain("more: must be more than 3, but is 3.");
    expect(complaint({ mail: "x" }, odd)).toContain("mail: must be a valid email.");
    expect(complaint({ code: "x" }, odd)).toContain("code: must match /^[A-Z]{3}$/.");
    expect(complaint({ long: "x" }, odd)).toContain(
      "long: must have at least 3 characters, but has 1.",
    );
    expect(complaint({ only: "no" }, odd)).toContain("only: must be yes.");
    expect(complaint({ either: "x" }, odd)).toContain("either: has a form that is not allowed;");
  });
});

it("stays short whatever it is sent", () => {
  const names = Array.from({ length: 1_000 }, (_, i) => `${i}`.padStart(1_000, "x"));
  const flood = Object.fromEntries(names.map((name) => [name, name]));
  expect(complaint(flood).length).toBeLessThan(500);

  const strict = z.object({ list: z.array(z.number()) });
  expect(complaint({ list: names }, strict).match(/^- /gm)).toHaveLength(5);
});
