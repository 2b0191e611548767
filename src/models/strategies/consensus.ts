import type { Call } from "../call/call.ts";
import type { Answer, Found, Strategy } from "../call/strategy.ts";
import { groupAnswers } from "../consensus/consensus.ts";

/**
 * Self-consistency (Wang et al., 2022), over different models in place of many answers of one. A majority is more than half
 * of all that are asked: who fails agrees with nobody, so that two of five answers are none, though three have failed.
 */
const consensus: Strategy = {
  name: "consensus",
  does: "asks all, three at least, and answers what more than half of them say, else null",
  fewestModels: 3,
  async find(call) {
    const answers = await askAll(call);
    return answers.length > 0 ? agreed(answers, call) : undefined;
  },
};
export default consensus;

/** Of each name one model has a voice; the others of that name stand in where it fails. */
async function askAll(call: Call): Promise<readonly Answer[]> {
  const firsts = call.groups.map(([first]) => first!);
  const granted = await call.admit(firsts, firsts.length);
  if (call.kept !== undefined) return [];
  const voices = await Promise.allSettled(
    call.groups.map((group) => {
      const first = granted.find(({ model }) => group.includes(model));
      return call.inTurn(group.slice(1), { isAlone: false, first });
    }),
  );
  const answers = voices.map((voice) => (voice.status === "fulfilled" ? voice.value : undefined));
  const some = answers.filter((answer) => answer !== undefined);
  const broken = voices.find((voice) => voice.status === "rejected");
  if (some.length === 0 && broken) throw broken.reason;
  return some;
}

function agreed(answers: readonly Answer[], { groups: { length: asked }, prompt }: Call): Found {
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
