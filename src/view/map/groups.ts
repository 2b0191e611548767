/** What is drawn at a spot of the screen, in pixels. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Things that are so near to the first of them that their marks would cover each other, in their order. */
export function grouped<T extends Spot>(spots: readonly T[], pixels: number): T[][] {
  const groups: T[][] = [];
  for (const spot of spots) {
    const group = groups.find(([first]) => isNear(first!, spot, pixels));
    if (group) group.push(spot);
    else groups.push([spot]);
  }
  return groups;
}

function isNear(a: Spot, b: Spot, pixels: number): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) < pixels;
}

/** What a mark of several says: the number of the first, and how many more there are. */
export function label(numbers: readonly string[]): string {
  return numbers.length > 1 ? `${numbers[0]}+${numbers.length - 1}` : numbers[0]!;
}
