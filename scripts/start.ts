import { createServer } from "node:net";
import { ensureAdminToken } from "./admin-token.ts";
import { load } from "./load.ts";
import { serve } from "./wrangler.ts";

const DEFAULT_PORT = 8787;
const port = Number(process.env.PORT ?? DEFAULT_PORT);
if (!Number.isInteger(port) || port < 1 || port > 65_535) {
  stop(`PORT must be a number from 1 to 65535, not ${process.env.PORT}.`);
}
if (!(await isFree(port))) {
  stop(`Port ${port} is taken. Choose another one, for example: PORT=9000 npm start`);
}
await ensureAdminToken();
await load({ remote: false, again: false });
console.log(
  `\nStarting Hereabouts: MCP will be on http://localhost:${port}/mcp (Ctrl+C stops it)\n`,
);
await serve(port);

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.on("error", () => resolve(false));
    probe.listen(port, "localhost", () => probe.close(() => resolve(true)));
  });
}

function stop(reason: string): never {
  console.error(reason);
  process.exit(1);
}
