/** How large marks are, in pixels: of one place, and of several. Less than they are: they may touch. */
const SINGLE_WIDTH = 24;
const GROUP_WIDTH = 40;
const HEIGHT = 24;

/** What is drawn at a spot of the screen, in pixels. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/**
 * Things whose marks would cover each other, at the first of them, until no marks do any more: a mark of several is wider than one
 * of a single thing. Groups, and things in them, are in their order.
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
  const apart = (width(some) + width(others)) / 2;
  return Math.abs(a.x - b.x) < apart && Math.abs(a.y - b.y) < HEIGHT;
}

const width = ({ length }: readonly Spot[]) => (length > 1 ? GROUP_WIDTH : SINGLE_WIDTH);

/** What a mark of several says: the number of the first, and how many more there are. */
export function label(numbers: readonly string[]): string {
  return numbers.length > 1 ? `${numbers[0]}+${numbers.length - 1}` : numbers[0]!;
}
