import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type Csp, policyOf } from "./policy.ts";
import { wrapped } from "./vscode.ts";

/** How a host shows a view's HTML. */
export type Framing =
  /** As the specification says: two frames, the policy as a header, the HTML as `srcdoc`. */
  | "srcdoc"
  /** The same, without an origin of its own. */
  | "opaque"
  /** As VS Code does: the policy as an element, the HTML written into the frame, its window wrapped. */
  | "vscode";

export interface Shown {
  readonly framing: Framing;
  readonly csp: Csp | undefined;
  /** The `allow` attribute of both frames. */
  readonly allow: string;
  /** Of the frame, until the view tells its own. */
  readonly heightPx: number;
  /** Whether the host's page is dark. */
  readonly dark: boolean;
}

/** The two origins of a host of views: the page with the chat, and the one in which its sandbox lies. */
export interface Origins {
  /** The address of the page with the chat. */
  chat(shown: Shown): string;
  readonly all: readonly string[];
  close(): void;
}

export async function startOrigins(): Promise<Origins> {
  const sandboxes = await serve(({ url = "/" }, response) => {
    const shown = shownBy(url);
    // VS Code's policy lies in the HTML, and is to be seen alone.
    const policy =
      shown.framing === "vscode" ? {} : { "Content-Security-Policy": policyOf(shown.csp) };
    response.writeHead(200, { ...HTML, ...policy });
    response.end(sandboxPage(shown));
  });
  const chats = await serve(({ url = "/" }, response) => {
    response.writeHead(200, HTML);
    response.end(chatPage(shownBy(url), `http://127.0.0.1:${sandboxes.port}${url}`));
  });
  const [chat, sandbox] = [`http://localhost:${chats.port}`, `http://127.0.0.1:${sandboxes.port}`];
  return {
    all: [chat, sandbox],
    chat: (shown) => `${chat}/?${encodeURIComponent(JSON.stringify(shown))}`,
    close() {
      chats.close();
      sandboxes.close();
    },
  };
}

/** The HTML of a view as the frame gets it. */
export function framed(html: string, { framing, csp }: Shown): string {
  return framing === "vscode" ? wrapped(html, csp) : html;
}

const HTML = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" };

function shownBy(url: string): Shown {
  return JSON.parse(decodeURIComponent(url.slice(url.indexOf("?") + 1)));
}

async function serve(listener: RequestListener) {
  const server = createServer((request, response) => {
    if (request.url === "/favicon.ico") response.writeHead(204).end();
    else listener(request, response);
  });
  await once(server.listen(0), "listening");
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

/**
 * Lines of a chat with the view between them. What the view says goes to this process (`hostReceives`), which answers with
 * `postToView`.
 */
function chatPage({ allow, heightPx, dark }: Shown, sandbox: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Chat</title>
<style>
  html { color-scheme: ${dark ? "dark" : "light"} }
  body { margin: 0; font: 15px/1.5 system-ui; background: ${dark ? "#121212" : "#fff"}; color: ${dark ? "#eee" : "#111"} }
  p { margin: 12px }
  iframe { border: 0; width: 100%; height: ${heightPx}px; display: block }
</style>
<body>
<main>
<h1 hidden>Chat</h1>
<p>What is near me?</p>
<iframe title="Map of places nearby" sandbox="allow-scripts allow-same-origin allow-forms" allow="${allow}"></iframe>
<p id="after" style="height: 900px">The chat goes on.</p>
</main>
<script>
  const frame = document.querySelector("iframe");
  addEventListener("message", (event) => {
    if (event.source === frame.contentWindow) hostReceives(event.data);
  });
  function postToView(message) {
    frame.contentWindow.postMessage(message, "*");
  }
  frame.src = ${JSON.stringify(sandbox)};
</script>
</body>
</html>`;
}

/** The specification's "Sandbox proxy": forwards everything but its own messages. */
function sandboxPage({ framing, allow }: Shown): string {
  const sandbox = `allow-scripts allow-forms${framing === "opaque" ? "" : " allow-same-origin"}`;
  const show =
    framing === "vscode"
      ? `document.body.append(view);
         view.contentDocument.open();
         view.contentDocument.write(html);
         view.contentDocument.close();`
      : `view.srcdoc = html;
         document.body.append(view);`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Sandbox</title>
<style>
  html, body { margin: 0; height: 100% }
  iframe { border: 0; width: 100%; height: 100%; display: block }
</style>
<body>
<script>
  const view = document.createElement("iframe");
  view.title = "View";
  view.setAttribute("sandbox", ${JSON.stringify(sandbox)});
  view.allow = ${JSON.stringify(framing === "opaque" ? allow.replace(/\w+/g, "$& *") : allow)};
  function show(html) {
    ${show}
  }
  addEventListener("message", ({ data, source }) => {
    if (source === window.parent) {
      if (data.method === "ui/notifications/sandbox-resource-ready") show(data.params.html);
      else view.contentWindow?.postMessage(data, "*");
    } else if (source === view.contentWindow) window.parent.postMessage(data, "*");
  });
  window.parent.postMessage({ jsonrpc: "2.0", method: "ui/notifications/sandbox-proxy-ready", params: {} }, "*");
</script>
</body>
</html>`;
}
