import { load } from "./load.ts";
import { becomeWrangler } from "./wrangler.ts";

const port = process.env.PORT ?? "8787";

await load();
console.log(`\nHereabouts serves MCP on http://localhost:${port}/mcp (stop with Ctrl+C)\n`);
becomeWrangler("dev", "--port", port, "--show-interactive-dev-session=false");
