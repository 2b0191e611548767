import { type Answer, answerOf, type Point, type ToolResult, textOf } from "../answer.ts";
import type { Chosen } from "../words/heading.ts";
import {
  type Arguments,
  aroundPlace,
  aroundPoint,
  inArea,
  joined,
  reaching,
  soughtBy,
} from "./arguments.ts";
import type { Surroundings } from "./surroundings.ts";

/** An answer, and how it came about. */
export interface Found {
  readonly answer: Answer;
  /** What was asked. */
  readonly args: Arguments;
  /** Where its point was chosen in the view: where. */
  readonly chosen?: Chosen | undefined;
  /** The map stays as it is. */
  readonly keepView?: boolean;
  /** It is the one before, with more places. */
  readonly goesOn?: boolean;
}

/** Who shows what is found. */
export interface Finder {
  /** A search begins; with "" it has ended. */
  busy(doing: string): void;
  found(found: Found): void;
  /** The tool has no answer. */
  refused(result: ToolResult): void;
  /** The question did not get through, or the device does not tell. @param why for people */
  failed(why: string): void;
}

/** What people look for from what they see: elsewhere, farther, more of it, or the same again. */
export class Elsewhere {
  readonly #surroundings: Surroundings;
  readonly #finder: Finder;
  /** Counts searches: what an earlier one finds is not shown any more. */
  #turn = 0;
  #isBusy = false;

  constructor(surroundings: Surroundings, finder: Finder) {
    this.#surroundings = surroundings;
    this.#finder = finder;
  }

  /** Whether there is another place to look for the same. */
  isOpen({ answer, args }: Partial<Found>): boolean {
    if (!this.#surroundings.takesCoordinates()) return false;
    return answer === undefined || soughtBy(args ?? {}, answer) !== undefined;
  }

  /** The same, which was not answered. */
  again(args: Arguments): Promise<void> {
    return this.#search(args, "The user searched again:");
  }

  place(near: string, from: Partial<Found>): Promise<void> {
    const args = aroundPlace(sought(from), near);
    return this.#search(args, `The user looked around ${JSON.stringify(near)} in the map view:`);
  }

  async device(from: Partial<Found>): Promise<void> {
    const { locate, remember } = this.#surroundings;
    if (this.#isBusy) return;
    const turn = this.#begin("Asking your device where it is …");
    let point: Point;
    try {
      point = await locate!();
    } catch (error) {
      if (this.#end(turn)) this.#finder.failed(messageOf(error));
      return;
    }
    if (!this.#end(turn)) return;
    // Without it the question can still be answered.
    remember?.call(this.#surroundings, point).catch(() => undefined);
    const args = aroundPoint(sought(from), point);
    await this.#search(args, "The user shared where they are, and looked around there:", {
      chosen: "device",
    });
  }

  area(center: Point, radiusKm: number, from: Found): Promise<void> {
    const args = inArea(sought(from), center, radiusKm, from.answer.unit);
    const what = "The user moved the map, and looked in the area that it shows now:";
    return this.#search(args, what, { chosen: "area", keepView: true });
  }

  /** As far as the nearest place beyond what was searched. */
  farther(from: Found): Promise<void> {
    const { answer, args, chosen } = from;
    return this.#search(reaching(args, sought(from), answer), "The user looked farther away:", {
      chosen,
    });
  }

  more({ answer: earlier, args, chosen }: Found): Promise<void> {
    const cursor = { cursor: earlier.next_cursor };
    return this.#search(cursor, "The user asked for more places:", (later) => {
      return { answer: joined(earlier, later), args, chosen, goesOn: true };
    });
  }

  /** What is being looked for is not wanted any more. */
  stop(): void {
    this.#turn++;
    this.#isBusy = false;
    this.#finder.busy("");
  }

  async #search(
    args: Arguments,
    what: string,
    how: Partial<Found> | ((answer: Answer) => Found) = {},
  ): Promise<void> {
    if (this.#isBusy) return;
    const turn = this.#begin("Searching …");
    let result: ToolResult;
    try {
      result = await this.#surroundings.search(args);
    } catch (error) {
      if (this.#end(turn)) this.#finder.failed(messageOf(error));
      return;
    }
    if (!this.#end(turn)) return;
    const answer = answerOf(result);
    if (!answer) return this.#finder.refused(result);
    this.#finder.found(typeof how === "function" ? how(answer) : { ...how, answer, args });
    this.#surroundings.told?.(`${what}\n${textOf(result)}`);
  }

  #begin(doing: string): number {
    this.#isBusy = true;
    this.#finder.busy(doing);
    return ++this.#turn;
  }

  /** @returns whether it is still wanted */
  #end(turn: number): boolean {
    if (turn !== this.#turn) return false;
    this.#isBusy = false;
    this.#finder.busy("");
    return true;
  }
}

function sought({ args = {}, answer }: Partial<Found>): Arguments {
  return soughtBy(args, answer) ?? {};
}

function messageOf(error: unknown): string {
  const { message = "" } = error as Partial<Error>;
  return message || "That did not work. Try again.";
}
