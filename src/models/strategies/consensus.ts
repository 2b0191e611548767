import { OverBudget, UpstreamDown } from "../../errors.ts";
import type { Call } from "../call/call.ts";
import { type Answer, type Found, MOST_AT_ONCE, type Strategy } from "../call/strategy.ts";
import type { Ending, Granted } from "../call/tally.ts";
import { voicesOf } from "../choice/voices.ts";
import { groupAnswers } from "../consensus/consensus.ts";
import type { Model } from "../contract.ts";

/**
 * Self-consistency (Wang et al., 2022), over different models in place of many answers of one. A majority is more than half
 * of all that are asked: who fails agrees with nobody, so that two of five answers are none, though three have failed.
 */
const consensus: Strategy = {
  name: "consensus",
  does: "asks three to six, and answers what more than half of them say, else null",
  fewestModels: 3,
  mostModels: MOST_AT_ONCE,
  async find(call) {
    // Of those that nobody has named, the best.
    const voices = voicesOf(call.groups).slice(0, MOST_AT_ONCE);
    const answers = await askAll(voices, call);
    return answers.length > 0 ? agreed(answers, voices.length, call) : undefined;
  },
};
export default consensus;

/**
 * Of each voice one model is asked; the others stand in where it fails.
 *
 * @throws UpstreamDown, or OverBudget, before anything is sent, where so few can be asked that they are no majority
 */
async function askAll(
  voices: readonly (readonly Model[])[],
  call: Call,
): Promise<readonly Answer[]> {
  const firsts = voices.map(([first]) => first!);
  const granted = await call.admit(firsts, firsts.length);
  if (call.kept !== undefined) return [];
  const grantedOf = (voice: readonly Model[]) => granted.find(({ model }) => voice.includes(model));
  const able = voices.filter((voice) => voice.length > 1 || grantedOf(voice));
  if (able.length * 2 <= voices.length) throw noMajority(able.length, voices.length, granted, call);
  const said = await Promise.allSettled(
    voices.map((voice) => call.inTurn(voice.slice(1), { isAlone: false, first: grantedOf(voice) })),
  );
  const answers = said.map((one) => (one.status === "fulfilled" ? one.value : undefined));
  const some = answers.filter((answer) => answer !== undefined);
  const broken = said.find((one) => one.status === "rejected");
  if (some.length === 0 && broken) throw broken.reason;
  return some;
}

/** Gives back what was admitted. */
function noMajority(
  able: number,
  asked: number,
  granted: readonly Granted[],
  call: Call,
): UpstreamDown | OverBudget {
  const failure = call.failure();
  const why = call.tally.attempts.map(({ model, error = "" }) => `${model}: ${error}`).join(" ");
  for (const request of granted) call.tally.end(request, NOT_SENT, undefined);
  if (failure instanceof OverBudget || able === 0) return failure;
  return new UpstreamDown(
    `The strategy consensus needs answers of more than half of ${asked} models, and only ${able} can be asked now. ${why} Try again in a minute, name other models, or take another strategy.`,
  );
}

const NOT_SENT: Ending = {
  outcome: "cancelled",
  tookMs: 0,
  isWhole: false,
  usage: undefined,
  mayHaveCost: false,
  error: "It was not asked, since no majority could come.",
};

function agreed(answers: readonly Answer[], asked: number, { prompt }: Call): Found {
  const texts = answers.map(({ text }) => text);
  const { groups, comparedBy } = groupAnswers(texts, prompt.jsonSchema !== undefined);
  const [largest] = groups;
  const agree = largest!.answers.length;
  return {
    answer: agree * 2 > asked ? answers[largest!.spokesman] : undefined,
    consensus: {
      asked,
      share: agree / asked,
      compared_by: comparedBy,
      groups: groups.map(({ answers: members, spokesman }) => ({
        models: members.map((index) => answers[index]!.model.name),
        response: texts[spokesman]!,
      })),
    },
  };
}
