import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ToolResult } from "../../../src/view/answer.ts";
import { FirstCall } from "../../../src/view/frame/first-call.ts";

const answer = (query: string): ToolResult => ({
  content: [{ type: "text", text: `Found ${query}.` }],
  structuredContent: {
    location: { latitude: 48.85, longitude: 2.35, label: "Paris" },
    query,
    results: [],
    warnings: [],
    attribution: [],
  },
});
const words = (query: string): ToolResult => ({ content: answer(query).content! });
const FAILURE: ToolResult = { isError: true, content: [{ type: "text", text: "Ask the user." }] };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** @param again what the tool answers when it is asked again; undefined: it cannot be */
function firstCall(again?: () => Promise<ToolResult>) {
  const outcomes = {
    asking: vi.fn(),
    show: vi.fn<(result: ToolResult) => void>(),
    cancelled: vi.fn(),
    nothing: vi.fn(),
    again: vi.fn(() => again?.()),
  };
  const shown = () => outcomes.show.mock.calls.map(([result]) => result);
  return { outcomes, shown, call: new FirstCall(outcomes) };
}

describe("the call that the view is shown for", () => {
  it("is told once, however often and in whatever order the host tells it", () => {
    const { call, outcomes, shown } = firstCall();
    call.answered(answer("cafe"));
    call.asked({ query: "cafe" });
    call.asked({ query: "cafe" });
    call.answered(answer("cafe"));
    expect(outcomes.asking).toHaveBeenCalledExactlyOnceWith({ query: "cafe" });
    expect(shown()).toEqual([answer("cafe")]);
  });

  it("is asked again where the host hands on the words alone", async () => {
    const { call, outcomes, shown } = firstCall(async () => answer("cafe"));
    call.asked({ query: "cafe" });
    call.answered(words("cafe"));
    await vi.advanceTimersByTimeAsync(0);
    expect(outcomes.again).toHaveBeenCalledExactlyOnceWith({ query: "cafe" });
    expect(shown()).toEqual([answer("cafe")]);
  });

  it("is asked again as soon as it is known what was asked", async () => {
    const { call, shown } = firstCall(async () => answer("cafe"));
    call.answered(words("cafe"));
    await vi.advanceTimersByTimeAsync(0);
    expect(shown()).toEqual([words("cafe")]);
    call.asked({ query: "cafe" });
    await vi.advanceTimersByTimeAsync(0);
    expect(shown().at(-1)).toEqual(answer("cafe"));
  });

  it.each([
    ["no view may call tools", undefined],
    ["the call fails", () => Promise.reject(new Error("no"))],
    ["that has words alone, too", async () => words("cafe")],
    ["the tool fails now", async () => FAILURE],
  ])("is shown in its words where %s", async (_, again) => {
    const { call, shown } = firstCall(again);
    call.asked({ query: "cafe" });
    call.answered(words("cafe"));
    await vi.advanceTimersByTimeAsync(0);
    expect(shown()).toEqual([words("cafe")]);
  });

  it("may fail, and be answered all the same", () => {
    const { call, shown } = firstCall();
    call.answered(FAILURE);
    call.answered(answer("cafe"));
    expect(shown()).toEqual([FAILURE, answer("cafe")]);
  });

  it("does not lose its answer to what comes without one", async () => {
    const { call, shown, outcomes } = firstCall(async () => answer("again"));
    call.answered(answer("cafe"));
    call.answered(FAILURE);
    call.answered(words("place"));
    call.cancelled();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(shown()).toEqual([answer("cafe")]);
    expect(outcomes.cancelled).not.toHaveBeenCalled();
    expect(outcomes.nothing).not.toHaveBeenCalled();
  });

  it("has to be asked for where nothing comes of it", async () => {
    const { call, outcomes } = firstCall();
    call.asked({ query: "cafe" });
    await vi.advanceTimersByTimeAsync(11_900);
    expect(outcomes.nothing).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(outcomes.nothing).toHaveBeenCalledExactlyOnceWith({ query: "cafe" });
  });

  it("may be answered after that: the tool may have asked its user something", async () => {
    const { call, shown } = firstCall();
    call.asked({ query: "cafe" });
    await vi.advanceTimersByTimeAsync(60_000);
    call.answered(answer("cafe"));
    expect(shown()).toEqual([answer("cafe")]);
  });

  it("can be cancelled", async () => {
    const { call, outcomes } = firstCall();
    call.cancelled();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(outcomes.cancelled).toHaveBeenCalledOnce();
    expect(outcomes.nothing).not.toHaveBeenCalled();
  });

  it("is over when the user has found something else", async () => {
    const { call, shown, outcomes } = firstCall();
    expect(await call.own(Promise.resolve(answer("elsewhere")))).toEqual(answer("elsewhere"));
    call.asked({ query: "cafe" });
    call.answered(answer("cafe"));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(shown()).toEqual([]);
    expect(outcomes.asking).not.toHaveBeenCalled();
    expect(outcomes.nothing).not.toHaveBeenCalled();
  });

  it("is none of the view's own calls, of which some hosts tell in the same way", async () => {
    const { call, shown } = firstCall();
    call.answered(answer("cafe"));
    const { promise, resolve } = Promise.withResolvers<ToolResult>();
    const own = call.own(promise);
    call.asked({ query: "cafe", cursor: "x" });
    call.answered(answer("next page"));
    resolve(words("next page"));
    await own;
    expect(shown()).toEqual([answer("cafe")]);
    // The user has found nothing: the first call goes on.
    call.answered(answer("cafe, once more"));
    expect(shown()).toHaveLength(2);
  });
});
