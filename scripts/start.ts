import { createServer } from "node:net";
import { runCommand } from "./command.ts";
import { localPort } from "./local-server.ts";
import { startServing } from "./start-server.ts";

/** `npm start`: the server on this machine, with the default data, until Ctrl+C. */

const port = localPort();
if (port === undefined) {
  stop(`PORT must be a number from 1 to 65535, not ${process.env.PORT}.`);
}
if (!(await isFree(port))) {
  stop(`Port ${port} is taken. Choose another one, for example: PORT=9000 npm start`);
}
await runCommand(async (signal) => {
  const server = await startServing(port, signal, true);
  console.log(`\nHereabouts is ready: MCP is on ${server.url}mcp (Ctrl+C stops it)\n`);
  process.exitCode = await server.follow();
}, "What was loaded is kept: npm start goes on where this one stopped.");

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
