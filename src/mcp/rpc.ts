/** Errors of JSON-RPC and of MCP, by their codes. */
export const RPC_ERRORS = {
  parse: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  refused: -32_000,
  noSession: -32_001,
} as const;

export type RpcId = string | number | null;

/** The answer to a request that the protocol library does not see. */
export function rpcFailure(
  status: number,
  error: keyof typeof RPC_ERRORS,
  message: string,
  id: RpcId = null,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = { jsonrpc: "2.0", error: { code: RPC_ERRORS[error], message }, id };
  return Response.json(body, { status, headers });
}
