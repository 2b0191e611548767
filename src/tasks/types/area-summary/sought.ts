import type { AttributeTest } from "../../../index/search/filter.ts";
import { type MatchMode, relaxationsOf, type TextReading } from "../../../index/search/query.ts";
import type { WalkMatch } from "../../../index/walk.ts";
import type { What } from "../../../nearby/question.ts";
import type { World } from "../../contract.ts";
import type { AreaInput } from "./input.ts";

/** What is counted, resolved once: all chunks count the same. */
export interface Sought {
  readonly mode: MatchMode;
  readonly reading?: TextReading | undefined;
  /** Undefined: every place. */
  readonly match?: WalkMatch | undefined;
  readonly tests?: readonly AttributeTest[] | undefined;
  readonly nowMs: number;
}

/** The modes that change little of the text. What has half of the words is found near by, but not counted. */
const NEAR_MODES: readonly MatchMode[] = ["bare", "joined", "typo"];

/** @throws CallerError that says what to change */
export async function compile(
  { query, category, collection, filter }: AreaInput,
  { places, nearby }: World,
): Promise<What> {
  // It is compiled with what the collections declare now.
  await places.snapshot();
  return nearby.compile({ query: query ?? "", category, collection, filter, limit: 1 });
}

/**
 * How the question may be read, the words as they are first. As near by, other modes count only where no place matches, and a
 * kind is not read otherwise; of sights that the data does not know, everything is one.
 */
export async function readingsOf(what: What, { nearby }: World): Promise<Sought[]> {
  const nowMs = Date.now();
  const { query, filter } = what;
  const modesOf = async (modes: readonly MatchMode[]): Promise<Sought[]> => {
    const resolved = await nearby.resolve(what, modes);
    return resolved.map((text, at) => ({
      mode: modes[at]!,
      reading: text?.reading,
      match: text && { expression: text.expression, hasCodes: text.hasCodes },
      tests: filter?.tests,
      nowMs,
    }));
  };
  const [exact] = await modesOf(["exact"]);
  const kinds = exact!.reading?.kinds ?? [];
  const isUnknown = kinds.length > 0 && kinds.every(([, places]) => places === 0);
  if (query.isForSights && isUnknown) return modesOf(["bare"]);
  if (kinds.length > 0) return [exact!];
  const others = relaxationsOf(query).filter((mode) => NEAR_MODES.includes(mode));
  return others.length > 0 ? [exact!, ...(await modesOf(others))] : [exact!];
}
