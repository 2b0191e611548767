import type { Token } from "./tokens.ts";

export type Kind = Token["kind"];

/** Reads tokens one after the other. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.#next >= this.#tokens.length;
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#next + ahead];
  }

  /** Whether the next tokens are of these kinds. */
  sees(...kinds: readonly Kind[]): boolean {
    return kinds.every((kind, ahead) => this.peek(ahead)?.kind === kind);
  }

  /** The next token if it is of this kind. */
  take<K extends Kind>(kind: K): Extract<Token, { kind: K }> | undefined {
    const token = this.peek();
    if (token?.kind !== kind) return undefined;
    this.#next++;
    return token as Extract<Token, { kind: K }>;
  }

  /** Takes the next token, which has to be of this kind. */
  need<K extends Kind>(kind: K): Extract<Token, { kind: K }> {
    return this.take(kind) ?? notUnderstood();
  }
}

/** Thrown inside the parser only. */
export class NotUnderstood extends Error {}

export function notUnderstood(): never {
  throw new NotUnderstood();
}

export const FIRST_YEAR = 1900;
export const LAST_YEAR = 2999;

/** Whether a number is a year rather than a day, an hour or a week. */
export const isYear = (value: number): boolean => value >= FIRST_YEAR && value <= LAST_YEAR;

/** Takes the next token, which has to be a number within these bounds. */
export function numberWithin(reader: TokenReader, least: number, most: number): number {
  const { value } = reader.need("number");
  return value >= least && value <= most ? value : notUnderstood();
}
