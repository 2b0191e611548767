import { load } from "./load.ts";
import { becomeWrangler } from "./wrangler.ts";

const port = process.env.PORT ?? "8787";

await load({ remote: false, again: false });
console.log(`\nHereabouts serves MCP on http://localhost:${port}/mcp (Ctrl+C stops it)\n`);
becomeWrangler("dev", "--port", port, "--show-interactive-dev-session=false");
