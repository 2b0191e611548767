import type { Exchange } from "./client.ts";

/** A request as a command for a shell (POSIX). A key does not go into it: the shell puts in the variable `KEY`. */
export function curlOf(
  address: string,
  { requestHeaders, requestBody }: Pick<Exchange, "requestHeaders" | "requestBody">,
): string {
  const headers = requestHeaders.map(([name, value]) =>
    name === "Authorization"
      ? `-H "Authorization: Bearer $KEY"`
      : `-H ${quoted(`${name}: ${value}`)}`,
  );
  return [`curl ${quoted(address)}`, ...headers, `-d ${quoted(requestBody)}`].join(" \\\n  ");
}

/** Between single quotes a shell reads everything as it is, but for the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
