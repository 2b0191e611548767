import * as z from "zod/v4";
import { explain, quoted } from "../text/schema-faults.ts";
import { BadValue, baseAddress } from "./values.ts";

export const TIERS = ["small", "medium", "large"] as const;
export type Tier = (typeof TIERS)[number];

export const PROVIDERS = ["openai-compatible", "openai", "anthropic", "workers-ai"] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** A model, as the operator has configured it. */
export interface Model {
  /** What callers call it. Several models of one name share its load by their weights. */
  readonly name: string;
  /** Tells it from all others: its name, and a number where it is not the first of that name. */
  readonly key: string;
  readonly provider: ProviderName;
  /** What the provider calls it. */
  readonly id: string;
  /** Without a slash at its end. Undefined: the provider's own address. */
  readonly baseUrl: string | undefined;
  /** The name of the secret with the provider's key; undefined: there is none. */
  readonly secret: string | undefined;
  /** In US dollars per million tokens; undefined: not known, so that it is not used where money is limited. */
  readonly price: { readonly input: number; readonly output: number } | undefined;
  /** How many tokens prompt and answer may be together. */
  readonly contextTokens: number;
  /** How many tokens an answer may be: so many are asked for where the caller names no number. */
  readonly mostOutputTokens: number;
  readonly tier: Tier;
  readonly weight: number;
}

/** Each is a label of metrics, and stands in lists that models read. */
const MOST_MODELS = 50;
const MOST_TOKENS = 100_000_000;
/** What is assumed of a model whose context is not told: few have less. */
const USUAL_CONTEXT_TOKENS = 8_192;
const USUAL_OUTPUT_TOKENS = 2_048;

const pattern = (regex: RegExp, message: string) => z.string().regex(regex, message);
const tokens = z.int().min(1).max(MOST_TOKENS);
/** No model costs a hundredth of that: whoever writes more has meant another unit. */
const price = z.number().min(0).max(100_000);

const Entry = z.strictObject({
  name: pattern(
    /^[A-Za-z0-9][\w.:/-]{0,59}$/,
    "must be 1 to 60 letters, digits, -, _, ., : and /, the first of which is a letter or digit.",
  ),
  provider: z.enum(PROVIDERS),
  id: pattern(/^[!-~]{1,200}$/, "must be 1 to 200 visible characters without blanks."),
  base_url: z.string().optional(),
  // Its value is told nowhere: somebody may have written the key itself.
  secret: pattern(
    /^[A-Z][A-Z0-9_]{0,63}$/,
    "must be the name of a secret, like PROVIDER_API_KEY, and not the key itself.",
  ).optional(),
  price_input: price.optional(),
  price_output: price.optional(),
  context: tokens.default(USUAL_CONTEXT_TOKENS),
  /** As much as is usual, and at most half of the context. */
  max_output: tokens.optional(),
  tier: z.enum(TIERS).default("medium"),
  weight: z.number().positive().max(1_000).default(1),
});
type Entry = z.infer<typeof Entry>;

const FIELDS = Object.keys(Entry.shape).join(", ");

/**
 * The models that a text lists, as JSON.
 *
 * @throws BadValue that names each wrong entry and its field
 */
export function modelsOf(text: string): readonly Model[] {
  if (text === "") return [];
  const entries = listIn(text);
  const faults = entries.flatMap((entry, index) => {
    const told = faultsOf(entry).map((fault) => fault.replace(/\.$/, ""));
    return told.length > 0 ? [`${labelOf(entry, index)}: ${told.join("; ")}`] : [];
  });
  if (faults.length > 0) throw new BadValue(`is wrong. ${faults.join(". ")}`);
  const models: Model[] = [];
  for (const [index, entry] of entries.entries()) {
    const model = modelOf(Entry.parse(entry), models);
    const twin = models.findIndex((other) => isSame(model, other));
    if (twin >= 0) {
      const both = `${labelOf(entry, index)}: it is the same as entry ${twin + 1}`;
      throw new BadValue(`is wrong. ${both}; give that one a higher weight instead`);
    }
    models.push(model);
  }
  return models;
}

function listIn(text: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadValue("must be tables, [[vars.MODELS]], or a list in JSON, which it is not");
  }
  if (!Array.isArray(value)) {
    throw new BadValue("must be a list: write [[vars.MODELS]], in two brackets, or [{…}] in JSON");
  }
  if (value.length <= MOST_MODELS) return value;
  throw new BadValue(`must have at most ${MOST_MODELS} entries, but has ${value.length}`);
}

function labelOf(entry: unknown, index: number): string {
  const { name } = Object(entry) as { name?: unknown };
  return `Entry ${index + 1}${typeof name === "string" ? ` ("${quoted(name)}")` : ""}`;
}

/** What is wrong with an entry, each to be read after its number. */
function faultsOf(entry: unknown): string[] {
  const { data, error } = Entry.safeParse(entry, { error: explain });
  if (data) return agreementFaults(data);
  return error.issues.map((issue) => {
    if (issue.code === "unrecognized_keys") {
      return `there is no field ${issue.keys.map(quoted).join(", ")}, but ${FIELDS}`;
    }
    return issue.path.length === 0
      ? `it ${issue.message}`
      : `${issue.path.join(".")} ${issue.message}`;
  });
}

/** What fields demand of each other. */
function agreementFaults(entry: Entry): string[] {
  const { provider, base_url, secret, price_input, price_output, context, max_output } = entry;
  const isBound = provider === "workers-ai";
  const isAddress = base_url === undefined || isBaseUrl(base_url);
  const faults: readonly (readonly [isBroken: boolean, fault: string])[] = [
    [
      !isAddress,
      "base_url must be an address like https://llm.example.com/v1; http is for this machine and private networks alone",
    ],
    [
      provider === "openai-compatible" && base_url === undefined,
      "base_url is missing: openai-compatible has no address of its own",
    ],
    [
      (provider === "openai" || provider === "anthropic") && !(base_url ?? secret),
      `secret is missing: ${provider} wants a key, so name the secret that has it`,
    ],
    [
      isBound && (base_url ?? secret) !== undefined,
      "base_url and secret must be left out: workers-ai is reached by its binding",
    ],
    [
      (price_input === undefined) !== (price_output === undefined),
      "price_input and price_output must be given both or neither",
    ],
    [
      max_output !== undefined && max_output > context,
      `max_output must be at most the context, which is ${context}`,
    ],
  ];
  return faults.flatMap(([isBroken, fault]) => (isBroken ? [fault] : []));
}

function isBaseUrl(text: string): boolean {
  try {
    return baseAddress(text) !== "";
  } catch (error) {
    if (error instanceof BadValue) return false;
    throw error;
  }
}

function modelOf(entry: Entry, before: readonly Model[]): Model {
  const { name, provider, id, base_url, secret, price_input, price_output, context, tier, weight } =
    entry;
  const ofName = before.filter((other) => other.name === name).length;
  const usual = Math.min(USUAL_OUTPUT_TOKENS, Math.ceil(context / 2));
  return {
    name,
    // No name has this sign.
    key: ofName === 0 ? name : `${name}#${ofName + 1}`,
    provider,
    id,
    baseUrl: base_url === undefined ? undefined : baseAddress(base_url),
    secret,
    price:
      price_input === undefined || price_output === undefined
        ? undefined
        : { input: price_input, output: price_output },
    contextTokens: context,
    mostOutputTokens: entry.max_output ?? usual,
    tier,
    weight,
  };
}

function isSame(model: Model, other: Model): boolean {
  const fields = ["name", "provider", "id", "baseUrl", "secret"] as const;
  return fields.every((field) => model[field] === other[field]);
}
