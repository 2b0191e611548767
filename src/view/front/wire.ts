import { elementOf } from "../element.ts";
import type { Exchange, Header } from "../mcp/client.ts";
import { curlOf } from "../mcp/curl.ts";

/** Shows what went over the wire. @param address of the endpoint, as others know it */
export function showExchange(exchange: Exchange, address: string): void {
  const { subject, requestHeaders, requestBody, status } = exchange;
  const { responseHeaders, responseBody, milliseconds } = exchange;
  elementOf("wire", HTMLDetailsElement).hidden = false;
  const summary = `${subject} · ${status} · ${milliseconds} ms · ${sizeOf(responseBody)}`;
  elementOf("wire-summary", HTMLElement).textContent = summary;
  const shown = requestHeaders.map(([name, value]): Header => {
    return [name, name === "Authorization" ? "Bearer <your key>" : value];
  });
  show("request", [`POST ${address}`, ...shown.map(line), "", indented(requestBody)]);
  show("response", [String(status), ...responseHeaders.map(line), "", indented(responseBody)]);
  elementOf("curl", HTMLElement).textContent = curlOf(address, exchange);
}

function show(id: string, lines: readonly string[]): void {
  const element = elementOf(id, HTMLPreElement);
  element.textContent = lines.join("\n");
  // It scrolls, so that the keyboard has to get there.
  element.tabIndex = 0;
}

function line([name, value]: Header): string {
  return `${name}: ${value}`;
}

/** JSON, to be read; anything else as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

function sizeOf(text: string): string {
  return `${(new TextEncoder().encode(text).length / 1000).toFixed(1)} kB`;
}
