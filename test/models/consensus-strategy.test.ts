import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failure, model, Scripted, type Step, told } from "../support/scripted-models.ts";

const strategy = "consensus";

/** Models named a, b, c, … with a step each. */
function asked(...steps: readonly Step[]): Scripted {
  const names = steps.map((_, index) => String.fromCharCode(97 + index));
  return new Scripted(
    names.map((name) => model(name)),
    Object.fromEntries(names.map((name, index) => [name, [steps[index]!]])),
  );
}

describe("consensus", () => {
  it("answers what more than half say, with its share and all that was said", async () => {
    const scripted = asked("Paris", "It is Lyon.", "paris.");
    const answer = await scripted.ask({ strategy });
    expect(answer).toMatchObject({
      strategy,
      model: "a",
      response: "Paris",
      usage: { input_tokens: 30, output_tokens: 15 },
      consensus: {
        asked: 3,
        share: 2 / 3,
        groups: [
          { models: ["a", "c"], response: "Paris" },
          { models: ["b"], response: "It is Lyon." },
        ],
      },
    });
    expect(answer.consensus!.compared_by).toContain("normalized text");
    // All through one admission, and told to the ledger in one message.
    expect(scripted.ledger.admissions).toMatchObject([{ wanted: 3 }]);
    expect(scripted.ledger.ended).toHaveLength(3);
  });

  it.each([
    ["a tie", ["Paris", "Paris", "Lyon", "Lyon"], 1 / 2],
    ["nothing that two say", ["Paris", "Lyon", "Nice"], 1 / 3],
    ["half, the others failing", ["Paris", "Paris", "", failure("timeout")], 1 / 2],
    ["most of the answers, but not of those asked", ["4", "4", "", "", ""], 2 / 5],
  ] as const)("takes no majority from %s", async (_, steps, share) => {
    const scripted = asked(...steps);
    const answer = await scripted.ask({ strategy, cache: true });
    expect(answer).toMatchObject({ model: null, response: null, consensus: { share } });
    expect(scripted.counted).toContain("hereabouts_model_calls_total consensus no_majority");
    // Asked again they may agree: nothing is kept.
    expect(scripted.ledger.kept.size).toBe(0);
  });

  it("counts who fails, is rejected or passed over as agreeing with nobody", async () => {
    const scripted = asked("Paris", failure("rejected"), "Paris", "Paris", "Rome");
    scripted.ledger.open.add("e");
    const answer = await scripted.ask({ strategy });
    expect(answer).toMatchObject({ response: "Paris", consensus: { asked: 5, share: 3 / 5 } });
    const outcomes = told(answer).split(", ").toSorted();
    expect(outcomes).toEqual(["a ok", "b rejected", "c ok", "d ok", "e circuit_open"]);
  });

  it("compares JSON by what it says", async () => {
    const scripted = asked('{"x":1,"y":[2.0]}', '```json\n{"y":[2],"x":1}\n```', '{"x":1,"y":[]}');
    const answer = await scripted.ask({ strategy, jsonSchema: { type: "object" } });
    expect(answer).toMatchObject({ response_json: { x: 1, y: [2] }, consensus: { share: 2 / 3 } });
  });

  it("waits for all until the time is over, and no longer", async () => {
    const answer = await asked("Paris", "hang", "Paris").ask({ strategy }, { deadlineMs: 80 });
    expect(answer).toMatchObject({ response: "Paris", consensus: { asked: 3, share: 2 / 3 } });
    expect(told(answer)).toBe("a ok, c ok, b timeout");
  });

  it("gives each name one voice, for which others of the name stand in", async () => {
    const twins = [model("a"), model("a", { key: "a#2" }), model("b"), model("c")];
    const scripted = new Scripted(twins, { a: [""], "a#2": ["Paris"], b: ["Paris"], c: ["Rome"] });
    const answer = await scripted.ask({ strategy });
    expect(answer.consensus).toMatchObject({ asked: 3, share: 2 / 3 });
    expect(scripted.asked.keys().toSorted()).toEqual(["a", "a#2", "b", "c"]);
  });

  it("wants three models at least, before it asks any", async () => {
    const scripted = asked("Paris", "Paris", "Paris");
    expect(await scripted.refusal({ strategy, models: ["a", "b", "a"] })).toBe(
      "The strategy consensus needs 3 different models at least, and here 2 can be asked: name more, or take another strategy.",
    );
    expect(scripted.ledger.admissions).toEqual([]);
  });

  it("asks six at most at once: the best of those that nobody has named", async () => {
    const scripted = asked(...Array<Step>(8).fill("Paris"));
    const models = ["a", "b", "c", "d", "e", "f", "g"];
    expect(await scripted.refusal({ strategy, models })).toBe(
      "The strategy consensus asks 6 models at most, and 7 are named: name fewer, or take another strategy.",
    );
    expect(scripted.ledger.admissions).toEqual([]);
    const answer = await scripted.ask({ strategy });
    expect(answer.consensus).toMatchObject({ asked: 6, share: 1 });
    expect(scripted.asked.keys()).toEqual(models.slice(0, 6));
  });

  it("gives two names of one model one voice", async () => {
    const one = { id: "gpt", baseUrl: "https://one.example/v1" };
    const names = [model("a", one), model("b"), model("c", { ...one, secret: "OTHER" })];
    const scripted = new Scripted([...names, model("d")], { a: [""], b: ["Rome"] });
    expect(await scripted.refusal({ strategy, models: ["a", "b", "c"] })).toContain(
      "needs 3 different models at least, and here 2 can be asked",
    );
    // c stands in for a.
    const answer = await scripted.ask({ strategy });
    expect(answer.consensus).toMatchObject({ asked: 3, share: 1 / 3 });
    expect(scripted.asked.keys().toSorted()).toEqual(["a", "b", "c", "d"]);
  });

  it("asks nobody where no majority can come, and gives back what was admitted", async () => {
    const scripted = asked("Paris", "Paris", "Paris", "Paris");
    scripted.ledger.open.add("c").add("d");
    expect(await scripted.refusal({ strategy })).toBe(
      "The strategy consensus needs answers of more than half of 4 models, and only 2 can be asked now. c: It has failed several times lately, and is left alone for a moment. d: It has failed several times lately, and is left alone for a moment. Try again in a minute, name other models, or take another strategy.",
    );
    expect(scripted.asked.sent).toEqual([]);
    expect(scripted.ledger.running.size).toBe(0);
    const nothing = { used: { nanodollars: 0, tokens: 0 }, verdict: "none", latencyMs: undefined };
    expect(scripted.ledger.ended).toMatchObject([nothing, nothing]);
  });

  it("asks nobody where the budget reaches for half only", async () => {
    const scripted = asked("Paris", "Paris", "Paris", "Paris");
    scripted.ledger.budget = 2;
    expect(await scripted.refusal({ strategy })).toMatch(/^Today's budget for models/);
    expect(scripted.asked.sent).toEqual([]);
    expect(scripted.ledger.running.size).toBe(0);
    expect(scripted.counted).toContain("hereabouts_model_calls_total consensus over_budget");
  });

  it("asks where those that stand in may make the majority", async () => {
    const twins = [model("a"), model("a", { key: "a#2" }), model("b"), model("c"), model("d")];
    const scripted = new Scripted(twins, { "a#2": ["4"], b: ["4"], c: ["4"] });
    scripted.ledger.open.add("a").add("d");
    expect(await scripted.ask({ strategy })).toMatchObject({ response: "4" });
  });

  it("fails where all fail", async () => {
    expect(await asked("", failure("rejected"), "").refusal({ strategy })).toMatch(
      /^All models failed: .*b: it shows rejected/,
    );
  });

  it("comes to the same whatever the order of the models", async () => {
    const step = fc.constantFrom<Step>("Paris", "paris", "Rome", "Rom.", "", failure("error"));
    const steps = fc.array(step, { minLength: 3, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(steps, fc.infiniteStream(fc.nat()), async (given, order) => {
        const shuffled = given
          .map((one) => ({ one, at: order.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one);
        const [some, others] = await Promise.all(
          [given, shuffled].map((each) =>
            asked(...each)
              .ask({ strategy })
              .then(({ response, consensus }) => ({ response, share: consensus!.share }))
              .catch(() => undefined),
          ),
        );
        expect(others).toEqual(some);
      }),
      { numRuns: 40 },
    );
  });
});
