import { createServer } from "node:net";
import { localAdminToken } from "./admin-token.ts";
import { load } from "./load.ts";
import { localPort } from "./local-server.ts";
import { serve } from "./wrangler.ts";

const port = localPort();
if (port === undefined) {
  stop(`PORT must be a number from 1 to 65535, not ${process.env.PORT}.`);
}
if (!(await isFree(port))) {
  stop(`Port ${port} is taken. Choose another one, for example: PORT=9000 npm start`);
}
await localAdminToken();
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
