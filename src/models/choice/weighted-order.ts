import type { Model } from "../contract.ts";

/** A number from 0 to 1, 1 excluded. */
export type Random = () => number;

/**
 * Models in an order drawn by their weights: each is first as often as its weight says, then each of the rest (Efraimidis and
 * Spirakis, Weighted random sampling with a reservoir, 2006).
 */
export function weightedOrder(models: readonly Model[], random: Random): Model[] {
  const drawn = models.map((model) => ({ model, at: -Math.log(1 - random()) / model.weight }));
  return drawn.sort((a, b) => a.at - b.at).map(({ model }) => model);
}
