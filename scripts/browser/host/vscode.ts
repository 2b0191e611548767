import { type Csp, policyOf } from "./policy.ts";

/**
 * A view's HTML as VS Code changes it before it writes it into the frame (chatMcpAppModel.ts of microsoft/vscode, 2026):
 * the policy comes as an element after what looks like `<head>` first, and the window's parent and the source of messages
 * are proxies.
 */
export function wrapped(html: string, csp: Csp | undefined): string {
  const policy = policyOf(csp ?? {}).replaceAll('"', "&quot;");
  const element = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  return html.replace(/<head[^>]*>/i, (head) => `${head}${element}<script>${WRAPPING}</script>`);
}

const WRAPPING = `(() => {
  const real = window.parent;
  const post = (message) => real.postMessage(message, "*");
  const listen = window.addEventListener.bind(window);
  const parent = new Proxy(real, {
    get: (target, name) => (name === "postMessage" ? post : target[name]),
    set: (target, name, value) => Reflect.set(target, name, value),
  });
  const from = (event) => new Proxy(event, {
    get: (target, name) => (name === "source" ? parent : target[name]),
  });
  window.addEventListener = (type, listener, options) => {
    if (type !== "message") return listen(type, listener, options);
    return listen(type, (event) => listener(event.source === real ? from(event) : event), options);
  };
  Object.defineProperty(window, "parent", { get: () => parent });
})();`;
