import type * as z from "zod/v4";
import type { Caller, Vantage } from "../caller.ts";
import type { Config } from "../config/config.ts";
import type { Scope } from "../scopes.ts";
import type { Services } from "../services.ts";
import type { TaskView } from "../tasks/contract.ts";

export interface Hints {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** What a listing shows instead of a tool's own description and input. */
export interface Variant {
  readonly description: string;
  readonly input: z.ZodObject;
}

/** The listings that differ from the usual one. `hostLocated`: for hosts that tell where their user is. */
export type VariantName = "hostLocated";

/** Tells the client how far a call is, if it wants to know: `done` is more each time. Undefined: nobody knows of how much. */
export type Progress = (done: number, total: number | undefined, message?: string) => void;

/** How a call may wait. */
export interface Wait {
  readonly mostMs: number;
  /** Whether the client wants to know how far the call is. */
  readonly seesProgress: boolean;
  /** Aborts when the client has gone away. */
  readonly signal: AbortSignal;
}

/**
 * A tool is a plain object: plain data in, plain data out. What it throws is turned into words elsewhere, so it
 * catches, logs and counts nothing; a `CallerError` carries its message to the caller.
 *
 * `run` and `summarize` are methods, not function-valued properties: that is what lets `readonly Tool[]` hold
 * every concrete tool without a cast.
 */
export interface Tool<
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodObject = z.ZodObject,
> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  readonly hints: Hints;
  /** What a caller needs to be allowed; undefined: nothing. */
  readonly scope: Scope | undefined;
  /** Whether the deployment is set up for it; left out: every one is. */
  isOffered?(config: Config): boolean;
  /** `_meta` of the listed tool, for hosts that know its keys. */
  readonly meta?: Readonly<Record<string, unknown>>;
  /** The page that hosts show beside its answers, if they show any (MCP Apps): the name of a resource with an address. */
  readonly view?: string;
  /** A variant runs as the tool does, with less input. */
  readonly variants?: Readonly<Partial<Record<VariantName, Variant>>>;
  /** Whether it may wait, for minutes: the answer is then a stream of events, which is never silent for long. */
  readonly waits?: boolean;
  /** Of one whose work ends with its call: how long that may take. Left out: it waits as long as calls do for tasks. */
  mostWaitMs?(config: Config): number;
  /** What of the deployment's data its description is to tell, in a sentence or two. */
  describeData?(services: Services): Promise<string>;
  run(
    input: z.output<Input>,
    services: Services,
    caller: Caller,
    onProgress: Progress,
    wait: Wait,
  ): Promise<z.input<Output>>;
  /** Of a tool whose work is a task: the same without a wait, for clients that follow tasks of the protocol. */
  begin?(input: z.output<Input>, services: Services, caller: Caller): Promise<TaskView>;
  /** Of such a tool: the answer to a call whose task has come so far. */
  tell?(task: TaskView, caller: Caller): z.input<Output>;
  /** The answer in few words, for models that do not read structured content. */
  summarize(output: z.output<Output>, services: Services): string;
  /** Whether the answer tells of a failure, which hosts show as one. */
  isFailure?(output: z.output<Output>): boolean;
}

export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: Tool<Input, Output>,
): Tool<Input, Output> {
  return tool;
}

export interface Resource {
  readonly name: string;
  /** One address (`places://collections`), which clients see listed, or a template (`place://{id}`). */
  readonly uri: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  readonly scope: Scope | undefined;
  /** Whether the deployment is set up for it; left out: every one is. */
  isOffered?(config: Config): boolean;
  /** Whether each reading may find something else, so that nobody keeps it. */
  readonly isLive?: boolean;
  /** How long clients may keep what they have read; left out: as long as they may keep places. */
  readonly mayBeKeptMs?: number;
  /** Of a template: the address under which it is now. */
  address?(services: Services, vantage: Vantage): Promise<string>;
  /** `_meta` of what is read, for hosts that know its keys. */
  meta?(services: Services, vantage: Vantage): Readonly<Record<string, unknown>>;
  /** The text behind an address, or `undefined` when there is nothing. Variables come percent-decoded. */
  read(
    variables: Readonly<Record<string, string>>,
    services: Services,
    caller: Caller,
  ): Promise<string | undefined>;
  /** Of variables of its address: what somebody may mean who has typed as much. */
  readonly complete?: Readonly<
    Record<string, (typed: string, services: Services) => Promise<readonly string[]>>
  >;
}

export function defineResource(resource: Resource): Resource {
  return resource;
}

export interface Prompt<Input extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly scope: Scope | undefined;
  /** Strings only: the protocol has no other prompt arguments. */
  readonly input: Input;
  write(input: z.output<Input>, caller: Caller): string;
}

export function definePrompt<Input extends z.ZodObject>(prompt: Prompt<Input>): Prompt<Input> {
  return prompt;
}

/** What a server offers, in the order clients see it. */
export interface Catalog {
  /** How to use it all, told to the model once. */
  readonly instructions: string;
  readonly tools: readonly Tool[];
  readonly resources: readonly Resource[];
  readonly prompts: readonly Prompt[];
  /** Which variant of the tools is shown, where they have it. */
  readonly variant?: VariantName;
}
