import { html } from "hono/html";
import type { Config } from "../../config/config.ts";
import { version } from "../../version.ts";

/** The page a person sees who opens the server's address in a browser. */
export function home(
  origin: string,
  { serverName, serverTitle = "Hereabouts" }: Pick<Config, "serverName" | "serverTitle">,
) {
  const endpoint = `${origin}/mcp`;
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${serverTitle}</title>
    <style>
      :root { color-scheme: light dark; }
      body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }
      pre { overflow-x: auto; padding: 1rem; border: 1px solid; border-radius: 0.5rem; }
    </style>
  </head>
  <body>
    <main>
      <h1>${serverTitle}</h1>
      <p>
        An MCP server that answers “what’s near me?” for AI assistants. There is nothing to click here: connect your
        assistant to this address.
      </p>
      <pre tabindex="0"><code>${endpoint}</code></pre>
      <h2>How to connect</h2>
      <ul>
        <li>Claude, ChatGPT and others: add a custom connector with the address above.</li>
        <li>Claude Code: <code>claude mcp add --transport http ${serverName} ${endpoint}</code></li>
        <li>Anything else that speaks MCP over Streamable HTTP (2025-03-26 or later).</li>
      </ul>
      <p><a href="/health">Is it working?</a> · Version ${version}</p>
    </main>
  </body>
</html>`;
}
