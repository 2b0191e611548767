import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupAnswers } from "../../../src/models/consensus/consensus.ts";
import { completeLinkage, similarity } from "../../../src/models/consensus/similarity.ts";
import { JUDGED, JUDGED_AS_JSON } from "./judged.ts";

const isSame = (a: string, b: string, asJson = false) =>
  groupAnswers([a, b], asJson).groups.length === 1;

describe("pairs with a verdict", () => {
  it.each(JUDGED)("%j and %j: %s", (a, b, verdict) => {
    expect([isSame(a, b), isSame(b, a)]).toEqual(Array(2).fill(verdict === "same"));
  });

  it.each(JUDGED_AS_JSON)("%j and %j as JSON: %s", (a, b, verdict) => {
    expect([isSame(a, b, true), isSame(b, a, true)]).toEqual(Array(2).fill(verdict === "same"));
  });
});

const texts = [...new Set([...JUDGED, ...JUDGED_AS_JSON].flatMap(([a, b]) => [b, a]))];
/** Words of few kinds, so that many texts are nearly the same. */
const nearly = fc
  .array(fc.constantFrom(..."the red fox not jumps over 12 dogs 安全 .".split(" ")), {
    maxLength: 24,
  })
  .map((words) => words.join(" "));
const answers = fc.array(
  fc.oneof(fc.constantFrom(...texts), nearly, fc.string({ unit: "binary" })),
  { maxLength: 9 },
);

/** What was grouped, whatever the order. */
const contents = (answers: readonly string[], asJson: boolean) =>
  groupAnswers(answers, asJson)
    .groups.map(({ answers: members, spokesman }) => ({
      texts: members.map((at) => answers[at]!).sort(),
      spokesman: answers[spokesman]!,
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

describe("groups", () => {
  it("hold each answer once, the largest first, with one of their own as spokesman", () => {
    fc.assert(
      fc.property(answers, fc.boolean(), (texts, asJson) => {
        const { groups } = groupAnswers(texts, asJson);
        const all = groups.flatMap(({ answers }) => answers);
        expect(all.toSorted((a, b) => a - b)).toEqual([...texts.keys()]);
        const sizes = groups.map(({ answers }) => answers.length);
        expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
        for (const { answers, spokesman } of groups) expect(answers).toContain(spokesman);
      }),
      { numRuns: 300, seed: 14 },
    );
  });

  it("do not depend on the order of the answers", () => {
    const shuffled = answers.chain((texts) =>
      fc.tuple(
        fc.constant(texts),
        fc.shuffledSubarray(texts, { minLength: texts.length, maxLength: texts.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, fc.boolean(), ([some, others], asJson) => {
        expect(contents(others, asJson)).toEqual(contents(some, asJson));
      }),
      { numRuns: 500, seed: 14 },
    );
  });

  it("have an answer and itself in one, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string({ unit: "binary" })), fc.boolean(), (text, asJson) => {
        expect(isSame(text, text, asJson)).toBe(true);
      }),
      { numRuns: 300, seed: 14 },
    );
  });

  it("do not chain: each is like each", () => {
    const words = "one two three four five six seven eight nine ten".split(" ");
    const growing = [0, 1, 2, 3].map((more) => [...words, ..."abcd".slice(0, more)].join(" "));
    const sizes = groupAnswers(growing, false).groups.map(({ answers }) => answers.length);
    expect(sizes).toEqual([2, 2]);
    expect(completeLinkage(3, (a, b) => (Math.abs(a - b) === 1 ? 1 : 0), 0.5)).toEqual([
      [0, 1],
      [2],
    ]);
  });

  it("say how answers were compared", () => {
    expect(groupAnswers([], false).comparedBy).toMatch(/Jaccard .* 0\.9/);
    expect(groupAnswers([], true).comparedBy).toMatch(/^JSON/);
  });

  it("take long answers, however they are made, without long thought", () => {
    const parts = ["\n", "!", ". the answer is ", "123 ", "not ", "- ", "{", "no, because "];
    const long = parts.map((part) => `${part.repeat(20_000)}x`);
    const { groups } = groupAnswers(long, false);
    expect(groups.flatMap(({ answers }) => answers)).toHaveLength(long.length);
  });

  // Each would take minutes, were the time more than linear.
  const lines = "\n".repeat(100_000);
  it.each([
    ["a block of empty lines that does not end", `\`\`\`${lines}x`],
    ["blocks of empty lines", `\`\`\`${lines}x\`\`\`${lines}y`],
    ["a number with noughts within", `1${"0".repeat(1_000_000)}1`],
  ])("take %s", (_, text) => {
    for (const asJson of [false, true]) expect(isSame(text, `${text} `, asJson)).toBe(true);
    expect(isSame(text, `${text}2`)).toBe(false);
  });

  it("take what is just short enough to be read", () => {
    const parts = ["\n", "!", "1- ", "1 000 ", "(", "(,", "5'", "'", "-", "x-", "\\boxed{", "a."];
    const texts = parts.map((part) => `${part.repeat(9_990 / part.length)}x`);
    const { groups } = groupAnswers(texts, false);
    expect(groups.flatMap(({ answers }) => answers)).toHaveLength(texts.length);
  });

  it("hold long answers that differ in a gap apart, unless they are JSON", () => {
    const words = "word ".repeat(2_001);
    expect(isSame(`${words}end`, `${words} end`)).toBe(false);
    expect(isSame(`[${"1,".repeat(9_000)}1]`, `[${"1.0, ".repeat(9_000)}1]`, true)).toBe(true);
  });
});

it("the similarity of texts is Jaccard's, but 0 where a word is replaced", () => {
  const nine = "a b c d e f g h i".split(" ");
  expect(similarity(nine, [...nine, "k"])).toBe(0.9);
  expect(similarity([...nine, "j"], [...nine, "k"])).toBe(0);
});
