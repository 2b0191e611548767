import type { Strategy } from "../call/strategy.ts";
import { ascending } from "../choice/choice.ts";
import { expectedCost } from "../choice/size.ts";

/** A cascade: Chen, Zaharia and Zou, FrugalGPT, 2023. What tells whether an answer will do is that it is valid. */
const cheapest: Strategy = {
  name: "cheapest",
  does: "asks the cheapest first, and the next dearer one where its answer is not valid",
  async find(call) {
    const { models, prompt, size } = call;
    const cost = new Map(models.map((model) => [model, expectedCost(model, prompt, size)]));
    const queue = models.toSorted((a, b) => ascending(cost.get(a)!, cost.get(b)!));
    const answer = await call.inTurn(queue, { isAlone: true });
    return answer && { answer };
  },
};
export default cheapest;
