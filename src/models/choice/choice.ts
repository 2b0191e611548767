import type { Model, Outcome, Prompt, Tier } from "../contract.ts";
import { noneFits, unknownModel } from "../failures.ts";
import type { ModelsQuestion } from "../question.ts";
import type { Readiness } from "../readiness.ts";
import { TIERS_FOR, tierOf } from "./route.ts";
import { expectedCost, type Size, unfitness } from "./size.ts";

/** A model that is not asked, and why. */
export interface RuledOut {
  readonly model: Model;
  readonly outcome: Extract<Outcome, "unset" | "unfit">;
  readonly why: string;
}

export interface Choice {
  /** The models of each name, names in the order in which they are wanted. There is one at least. */
  readonly groups: readonly (readonly Model[])[];
  /** Of the names that the caller has given. */
  readonly ruledOut: readonly RuledOut[];
}

/** The names that callers may give, in the operator's order. */
export function namesOf({ models, missing }: Readiness): readonly string[] {
  const all = [...models, ...missing.map(({ model }) => model)];
  return [...new Set(all.map(({ name }) => name))];
}

/**
 * Which models are to be asked. Without names, all of them: those of the tier first that the prompt's complexity calls for,
 * of a tier the cheapest first. Whether they are well shows when they are asked: the ledger passes over those that are not.
 *
 * @throws CallerError for a name that is none, and where no model takes the prompt
 */
export function choose(
  { models: names, prompt: asked }: Pick<ModelsQuestion, "models" | "prompt">,
  readiness: Readiness,
  prompt: Prompt,
  size: Size,
): Choice {
  const isNamed = names !== undefined && names.length > 0;
  const known = namesOf(readiness);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownModel(unknown, known);

  const ruledOut: RuledOut[] = [];
  const groups = [...new Set(isNamed ? names : known)].map((wanted) => {
    for (const { model, why } of readiness.missing) {
      if (model.name === wanted) ruledOut.push({ model, outcome: "unset", why: `It ${why}.` });
    }
    return readiness.models.filter((model) => {
      if (model.name !== wanted) return false;
      const why = unfitness(model, prompt, size);
      if (why) ruledOut.push({ model, outcome: "unfit", why });
      return !why;
    });
  });
  const some = groups.filter(({ length }) => length > 0);
  if (some.length === 0) throw noneFits(ruledOut);
  if (isNamed) return { groups: some, ruledOut };
  return { groups: ordered(some, TIERS_FOR[tierOf(asked)], prompt, size), ruledOut: [] };
}

/** A name stands where the first model of that name does. */
function ordered(
  groups: readonly (readonly Model[])[],
  tiers: readonly Tier[],
  prompt: Prompt,
  size: Size,
): readonly (readonly Model[])[] {
  const placed = groups.map((group) => {
    const [first] = group as readonly [Model, ...Model[]];
    return { group, tier: tiers.indexOf(first.tier), cost: expectedCost(first, prompt, size) };
  });
  placed.sort((a, b) => a.tier - b.tier || ascending(a.cost, b.cost));
  return placed.map(({ group }) => group);
}

/** For `sort`, of numbers that may be infinite. */
export function ascending(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
