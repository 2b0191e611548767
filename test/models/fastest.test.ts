import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StoreDown } from "../../src/errors.ts";
import type { AskModel, ModelFailure } from "../../src/models/contract.ts";
import { failure, model, Scripted, type Step, told } from "../support/scripted-models.ts";

const MODELS = [model("a"), model("b"), model("c")];
const strategy = "fastest";
const HEDGES = "hereabouts_model_hedges_total";

function race(scripts: Readonly<Record<string, readonly Step[]>>, modelsHedgeMs = 10_000) {
  return new Scripted(MODELS, scripts, { config: { modelsHedgeMs } });
}

describe("the fastest", () => {
  it("asks one model where it answers in time", async () => {
    const scripted = race({});
    expect(told(await scripted.ask({ strategy }))).toBe("a ok");
    expect(scripted.asked.keys()).toEqual(["a"]);
  });

  it("asks another one, too, where the first is slow, and ends the loser", async () => {
    const scripted = race({ a: ["hang"] }, 5);
    const answer = await scripted.ask({ strategy });
    expect(answer.model).toBe("b");
    expect(told(answer)).toBe("b ok, a cancelled");
    expect(scripted.asked.sent[0]!.signal.aborted).toBe(true);
    // The loser may have cost all that was reserved for it, and says nothing of the model.
    const { key: _, ...most } = scripted.ledger.admissions[0]!.bids[0]!;
    expect(scripted.ledger.ended).toContainEqual(
      expect.objectContaining({ key: "a", used: most, verdict: "none", latencyMs: undefined }),
    );
    expect(answer.usage).toEqual({
      input_tokens: expect.any(Number),
      output_tokens: 1_005,
      at_most: true,
    });
    expect(scripted.counted).toContain(`${HEDGES} won`);
  });

  it("waits for as long as that model nearly always takes", async () => {
    const scripted = race({ a: ["hang"] });
    scripted.ledger.health.a = { p95Ms: 5 };
    expect((await scripted.ask({ strategy })).model).toBe("b");
  });

  it("does not wait for half of the time or longer, however long that model takes", async () => {
    const scripted = race({ a: ["hang"] });
    scripted.ledger.health.a = { p95Ms: 60_000 };
    expect((await scripted.ask({ strategy }, { deadlineMs: 1_000 })).model).toBe("b");
  });

  /** Of four the first fails late, two hang, and the ledger takes its time. */
  const raceOfFour = (fails: ModelFailure, afterMs: number) => {
    const ask: AskModel = async (asked, ...rest) => {
      if (asked.key === "a") await scheduler.wait(afterMs);
      return scripted.asked.ask(asked, ...rest);
    };
    const scripts = { a: [fails], b: ["hang"], c: ["hang"] } as const;
    const rest = { ask, config: { modelsHedgeMs: 15 } };
    const scripted: Scripted = new Scripted([...MODELS, model("d")], scripts, rest);
    scripted.ledger.delayMs = 25;
    return scripted;
  };

  it("asks another one, too, where one is slow while the next is being admitted", async () => {
    const scripted = raceOfFour(failure("timeout"), 45);
    scripted.ledger.health.c = { p95Ms: 60_000 };
    expect((await scripted.ask({ strategy })).model).toBe("d");
  });

  it("does not wait to ask one again while the next is being admitted", async () => {
    const scripted = raceOfFour(failure("rate_limited", { retryAfterMs: 14_000 }), 20);
    scripted.ledger.health.b = { p95Ms: 60_000 };
    const answer = await scripted.ask({ strategy });
    expect(told(answer)).toBe("a rate_limited, d ok, b cancelled, c cancelled");
  });

  it("counts no hedge that was not sent", async () => {
    const scripted = race({ a: [{ afterMs: 30 }] }, 5);
    scripted.ledger.open.add("b").add("c");
    expect((await scripted.ask({ strategy })).model).toBe("a");
    expect(scripted.counted.join()).not.toContain(HEDGES);
  });

  it("asks one after the other besides, as each is slow", async () => {
    const scripted = race({ a: ["hang"], b: ["hang"] }, 5);
    const answer = await scripted.ask({ strategy });
    expect(answer.model).toBe("c");
    expect(told(answer)).toBe("c ok, a cancelled, b cancelled");
  });

  it("asks six at most at once, and the next one as soon as one of them fails", async () => {
    const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const scripts: Record<string, readonly Step[]> = {
      f: [{ afterMs: 60, finish: "refused" }],
      g: [{ afterMs: 60 }],
    };
    for (const name of names.slice(0, 5)) scripts[name] = ["hang"];
    const all = names.map((name) => model(name));
    const scripted = new Scripted(all, scripts, { config: { modelsHedgeMs: 2 } });
    const answer = await scripted.ask({ strategy });
    expect(answer.model).toBe("g");
    expect(told(answer)).toMatch(/^f refused, g ok, a cancelled/);
    expect(scripted.asked.keys()).toEqual(names.slice(0, 7));
  });

  it("takes the first where it answers before the other one after all", async () => {
    const scripted = race({ a: [{ afterMs: 60 }], b: ["hang"], c: ["hang"] }, 20);
    expect((await scripted.ask({ strategy })).model).toBe("a");
    expect(scripted.counted).toContain(`${HEDGES} lost`);
    expect(scripted.counted).not.toContain(`${HEDGES} won`);
  });

  it.each(["error", "rejected", "timeout"] as const)(
    "asks another one at once on %s",
    async (outcome) => {
      const scripted = race({ a: [failure(outcome)] });
      expect(told(await scripted.ask({ strategy }))).toBe(`a ${outcome}, b ok`);
      expect(scripted.counted.join()).not.toContain(HEDGES);
    },
  );

  it("never takes an answer that is not valid, however fast it is", async () => {
    const scripted = race({ a: ["hang"], b: [{ finish: "refused" }], c: [{ afterMs: 20 }] }, 5);
    const answer = await scripted.ask({ strategy });
    expect(answer.model).toBe("c");
    expect(told(answer)).toBe("b refused, c ok, a cancelled");
  });

  it("tries the last one again where there is no other", async () => {
    const scripted = race({ a: [""], b: [failure("error")], c: [failure("error"), "Paris"] });
    expect(told(await scripted.ask({ strategy }))).toBe("a empty, b error, c error, c ok");
  });

  it("fails where all fail, and tells why each did", async () => {
    const scripted = race({ a: [""], b: [failure("broken")], c: [failure("rejected")] });
    expect(await scripted.refusal({ strategy })).toBe(
      "All models failed: a: The answer is empty; b: it shows broken; c: it shows rejected.",
    );
    expect(scripted.ledger.running.size).toBe(0);
  });

  it("ends all where the time is over, or the caller leaves", async () => {
    const late = race({ a: ["hang"], b: ["hang"], c: ["hang"] }, 1);
    expect(await late.refusal({ strategy }, { deadlineMs: 800 })).toMatch(
      /^All models failed: (?:[abc]: No answer came within 0\.\d s(?:; |\.$)){3}$/,
    );
    expect(late.ledger.running.size).toBe(0);

    const left = race({ a: ["hang"], b: ["hang"], c: ["hang"] }, 1);
    const client = new AbortController();
    setTimeout(() => client.abort(new Error("gone")), 40);
    expect(await left.refusal({ strategy }, { signal: client.signal })).toBe("gone");
    expect(left.asked.sent.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
    expect(left.ledger.running.size).toBe(0);
  });

  it("goes on where the ledger does not admit another one", async () => {
    const scripted = race({ a: [{ afterMs: 40 }] }, 5);
    const { ledger } = scripted;
    const admit = ledger.admit.bind(ledger);
    ledger.admit = (admission) =>
      ledger.admissions.length > 0 ? Promise.reject(new StoreDown("late")) : admit(admission);
    expect((await scripted.ask({ strategy })).model).toBe("a");
  });

  it("streams nothing, because what comes first may lose", async () => {
    const pieces: string[] = [];
    await race({}).ask({ strategy }, { onText: (piece) => void pieces.push(piece) });
    expect(pieces).toEqual([]);
  });

  it("takes a valid answer where there is one, whatever the others do and when", async () => {
    const steps: readonly Step[] = [
      "hang",
      "",
      { afterMs: 3 },
      { afterMs: 6, finish: "refused" },
      failure("rejected"),
      failure("unreachable", { retryAfterMs: 1 }),
      "Paris",
    ];
    const script = fc.constantFrom(...steps);
    const ms = fc.nat(6);
    await fc.assert(
      fc.asyncProperty(script, script, script, ms, ms, async (a, b, c, hedgeMs, delayMs) => {
        const scripted = race({ a: [a], b: [b], c: [c] }, hedgeMs);
        scripted.ledger.delayMs = delayMs;
        const canAnswer = [a, b, c].some((step) => step === "Paris" || step === steps[2]);
        const deadlineMs = canAnswer ? 30_000 : 40;
        const answer = await scripted.ask({ strategy }, { deadlineMs }).catch(() => undefined);
        expect(answer !== undefined).toBe(canAnswer);
        if (answer) {
          const won = { a, b, c }[answer.model as "a"];
          expect(won === "Paris" || won === steps[2]).toBe(true);
        }
        // Nobody is asked twice but for a retry, and each has ended for the ledger.
        expect(scripted.ledger.running.size).toBe(0);
        const sent = scripted.asked.sent.length;
        const ended = scripted.ledger.ended.length;
        if (delayMs === 0) expect(ended).toBe(sent);
        // Who was admitted after the end was given back, without having been asked.
        expect(ended).toBeGreaterThanOrEqual(sent);
      }),
      { numRuns: 40 },
    );
  });
});
