import { connect, type Fetch } from "./client.ts";
import { connectV1 } from "./client-v1.ts";

export interface Told {
  readonly progress: number;
  readonly total?: number | undefined;
  readonly message?: string | undefined;
}

export interface Answer {
  readonly isError?: boolean | undefined;
  readonly structuredContent?: Record<string, unknown> | undefined;
  readonly content?: unknown;
}

/** Calls a tool. With `onprogress` the client gives a token. */
export type Call = (
  args: Record<string, unknown>,
  onprogress?: (told: Told) => void,
  tool?: string,
) => Promise<Answer>;

/** Clients of both eras, and the one that most assistants still ship, each with the tool that it calls unless it is told. */
export function clientsOf(tool: string): Readonly<Record<string, (fetch: Fetch) => Promise<Call>>> {
  const newest = async (mode: "auto" | "legacy", fetch: Fetch): Promise<Call> => {
    const client = await connect(mode, fetch);
    await client.listTools();
    return async (args, onprogress, name = tool) =>
      (await client.callTool({ name, arguments: args }, onprogress && { onprogress })) as Answer;
  };
  return {
    "the SDK, 2026": (fetch) => newest("auto", fetch),
    "the SDK, 2025": (fetch) => newest("legacy", fetch),
    "version 1 of the SDK": async (fetch) => {
      const client = await connectV1(fetch);
      await client.listTools();
      return async (args, onprogress, name = tool) =>
        (await client.callTool(
          { name, arguments: args },
          undefined,
          onprogress && { onprogress },
        )) as Answer;
    },
  };
}

export const textOf = ({ content }: Answer) => (content as { text: string }[])[0]!.text;
