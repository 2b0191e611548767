import { lastHeard } from "../call/heard.ts";
import type { Strategy } from "../call/strategy.ts";
import { type Random, weightedOrder } from "../choice/weighted-order.ts";
import type { Model } from "../contract.ts";

/**
 * Two models are drawn by their weights, and the one asked that usually answers sooner: that evens out load nearly as well as
 * to ask the fastest of all, and never has everybody ask the same one (Mitzenmacher, The power of two choices, 2001).
 */
const balanced: Strategy = {
  name: "balanced",
  does: "shares the load by weights, and prefers the faster of two drawn at random",
  async find(call) {
    const answer = await call.inTurn(drawn(call.models, call.random), { isAlone: true });
    return answer && { answer };
  },
};
export default balanced;

/** All the models: the one that is asked, then who would have been drawn without it, and so on. */
function drawn(models: readonly Model[], random: Random): Model[] {
  const order: Model[] = [];
  let left = models;
  while (left.length > 0) {
    const [a, b = a] = weightedOrder(left, random) as [Model, Model?];
    const sooner = usualMs(b) < usualMs(a) ? b : a;
    order.push(sooner);
    left = left.filter((model) => model !== sooner);
  }
  return order;
}

/** 0 while little is known of a model: so it is asked, and becomes known. */
function usualMs({ key }: Model): number {
  return lastHeard(key)?.p50Ms ?? 0;
}
