/** What a request says, whatever its format. */
export interface Asked {
  readonly model: string;
  readonly text: string;
  readonly mostTokens: number;
  readonly isStream: boolean;
  /** It has to answer by calling the tool of this name. */
  readonly tool: string | undefined;
  /** It has asked that a stream ends with what was used. */
  readonly wantsUsage: boolean;
}

/** What is answered, whatever the format. */
export interface Said {
  readonly asked: Asked;
  readonly text: string;
  readonly finish: "stop" | "length" | "refused";
  /** Undefined: it is not told. */
  readonly usage: { readonly input: number; readonly output: number } | undefined;
}

/** A documented format of requests and answers. */
export interface Wire {
  /** Behind the base URL. */
  readonly path: string;
  read(body: Readonly<Record<string, unknown>>): Asked;
  whole(said: Said): unknown;
  /** The events of a stream, each with its end. */
  events(said: Said): string[];
  noChoices(said: Said): unknown;
  /** @param kind why, where the status does not tell */
  error(status: number, kind?: "context-exceeded" | "prompt-filtered"): unknown;
  /** An error that comes in a stream. */
  errorEvent(): string;
}

/** Words, with the blanks before them: what the fake models count as tokens. */
export function tokensOf(text: string): string[] {
  return text.match(/\s*\S+\s*$|\s*\S+/g) ?? [];
}

export function event(data: unknown, name?: string): string {
  return `${name ? `event: ${name}\n` : ""}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
}

/** The text of a message, which is a text or a list of parts. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  const parts = (content ?? []) as readonly { readonly text?: string }[];
  return parts.map(({ text }) => text ?? "").join("");
}

export interface Message {
  readonly role: string;
  readonly content: unknown;
}
