import * as z from "zod/v4";
import { cutText, visibleLines } from "../text/plain-text.ts";
import { dollars } from "./dollars.ts";
import type { Consensus, ModelsAnswer } from "./question.ts";

/** What callers get of a question to models. All that models have said is a text of strangers. */
export const ModelsView = z.object({
  strategy: z.string(),
  model: z.string().nullable(),
  response: z.string().nullable().describe("null: no majority"),
  response_json: z.unknown().optional(),
  usage: z.object({
    input_tokens: z.number(),
    output_tokens: z.number(),
    at_most: z.boolean().optional(),
  }),
  cost_usd: z.number().optional(),
  latency_ms: z.number(),
  cached: z.boolean(),
  attempts: z.array(
    z.object({
      model: z.string(),
      outcome: z.string(),
      latency_ms: z.number(),
      error: z.string().optional(),
    }),
  ),
  consensus: z
    .object({
      asked: z.number(),
      share: z.number(),
      compared_by: z.string(),
      groups: z.array(z.object({ models: z.array(z.string()), response: z.string() })),
    })
    .optional(),
});
export type ModelsView = z.infer<typeof ModelsView>;

/** The answer as it goes out. */
export function viewAnswer(answer: ModelsAnswer): ModelsView {
  const { usage, attempts, consensus, response, response_json: json, ...rest } = answer;
  return {
    ...rest,
    response: response && visibleLines(response),
    ...(json !== undefined && { response_json: visibleJson(json) }),
    usage: { ...usage },
    attempts: attempts.map((attempt) => ({ ...attempt })),
    ...(consensus && { consensus: viewConsensus(consensus) }),
  };
}

/** Names are texts of strangers, too. */
function visibleJson(value: unknown): unknown {
  if (typeof value === "string") return visibleLines(value);
  if (Array.isArray(value)) return value.map(visibleJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [visibleLines(name), visibleJson(field)]),
  );
}

function viewConsensus({ groups, ...rest }: Consensus) {
  return {
    ...rest,
    groups: groups.map(({ models, response }) => ({
      models: [...models],
      response: visibleLines(response),
    })),
  };
}

/** So many characters of an answer are repeated as text: all of it, but of one that nobody reads to its end. */
const MOST_SHOWN = 50_000;
/** And so many of each that is told beside another one. */
const MOST_SHOWN_BESIDE = 2_000;

/** The answer in words: what was said first, then who has said it, and what that has cost. */
export function formatAnswer(answer: ModelsView): string {
  const { response, consensus } = answer;
  const lines = response === null ? [] : [cutText(response, MOST_SHOWN), ""];
  if (consensus) lines.push(...consensusLines(consensus, response !== null));
  lines.push(`(${factsOf(answer).join("; ")})`);
  return lines.join("\n");
}

function consensusLines({ asked, share, groups }: ModelsView["consensus"] & {}, isFound: boolean) {
  const others = groups.slice(isFound ? 1 : 0).map(({ models, response }) => {
    return `- ${models.join(", ")}: ${cutText(response, MOST_SHOWN_BESIDE)}`;
  });
  const said = isFound
    ? `${Math.round(share * asked)} of ${asked} models agree.${others.length > 0 ? " The others say:" : ""}`
    : `No answer is that of more than half of the ${asked} models that were asked. They say:`;
  return [said, ...others];
}

function factsOf({ model, strategy, attempts, cost_usd, latency_ms, cached, usage }: ModelsView) {
  const failed = attempts.filter(({ outcome }) => outcome !== "ok");
  return [
    model === null ? strategy : `${model}, by ${strategy}`,
    cached && "kept from an equal question",
    !cached && `${attempts.length} ${attempts.length === 1 ? "attempt" : "attempts"}`,
    failed.length > 0 && failed.map(({ model, outcome }) => `${model}: ${outcome}`).join(", "),
    !cached &&
      `${usage.at_most ? "at most " : ""}${usage.input_tokens} + ${usage.output_tokens} tokens`,
    !cached && cost_usd !== undefined && dollars(cost_usd),
    !cached && `${(latency_ms / 1_000).toFixed(1)} s`,
  ].filter((fact) => fact !== false);
}
