/** The names of database errors, which say what broke without saying what was asked. */
const STORE_CODE = /\b(?:D1|SQLITE)_[A-Z_]+\b/g;

/**
 * Logs a failure of ours as one line of JSON and returns its reference, which the caller may be shown.
 * Messages stay out of the log: an upstream's message can quote what a person searched for.
 */
export function reportFailure(where: string, error: unknown): string {
  const reference = crypto.randomUUID().slice(0, 8);
  const { name, message, stack } = error instanceof Error ? error : new Error();
  console.error(
    JSON.stringify({
      event: "failure",
      reference,
      where,
      error: name,
      codes: [...new Set(message.match(STORE_CODE))],
      stack: framesOf(stack?.replace(message, "")),
    }),
  );
  return reference;
}

function framesOf(stack = ""): string[] {
  return stack.split("\n").filter((line) => /^ {4}at .*(?::\d+|<anonymous>|native)\)?$/.test(line));
}
