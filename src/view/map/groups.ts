/** How large marks are, in pixels: a little less than they look, so that they may touch. */
const HEIGHT = 24;
const SINGLE_WIDTH = 24;
const AROUND_LABEL = 12;
const CHARACTER_WIDTH = 7;

/** What is drawn at a spot of the screen, in pixels. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly number: string;
}

/**
 * Things whose marks would cover each other, at the first of them, until no marks do any more: what a mark of several says is
 * longer. Groups, and things in them, are in their order.
 */
export function grouped<T extends Spot>(spots: readonly T[]): T[][] {
  let groups = spots.map((spot) => [spot]);
  for (;;) {
    const fewer: T[][] = [];
    for (const group of groups) {
      const covered = fewer.find((one) => coverEachOther(one, group));
      if (covered) covered.push(...group);
      else fewer.push(group);
    }
    if (fewer.length === groups.length) return groups;
    groups = fewer;
  }
}

export function coverEachOther(some: readonly Spot[], others: readonly Spot[]): boolean {
  const [a, b] = [some[0]!, others[0]!];
  const apart = (widthOf(some) + widthOf(others)) / 2;
  return Math.abs(a.x - b.x) < apart && Math.abs(a.y - b.y) < HEIGHT;
}

/** The number of the first, and how many more there are. */
export function labelOf(group: readonly Spot[]): string {
  const { number } = group[0]!;
  return group.length > 1 ? `${number}+${group.length - 1}` : number;
}

export function widthOf(group: readonly Spot[]): number {
  return Math.max(SINGLE_WIDTH, AROUND_LABEL + CHARACTER_WIDTH * labelOf(group).length);
}
