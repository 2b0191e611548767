import { createInterface } from "node:readline/promises";

/** Asks on a terminal, where Ctrl+C means no. Where there is no terminal, the answer is `otherwise`. */
export async function confirm(question: string, otherwise: boolean): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return otherwise;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const stopping = new AbortController();
  terminal.on("SIGINT", () => stopping.abort());
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: stopping.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (stopping.signal.aborted) return false;
    throw error;
  } finally {
    terminal.close();
  }
}
