/** What tools' results hold, as far as it is shown; test/view/answer.test.ts compares it with what the tools promise. */

export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

export type Unit = "km" | "mi" | "m";
