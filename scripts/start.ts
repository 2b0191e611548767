import { createServer } from "node:net";
import { CallerError } from "../src/errors.ts";
import { type Command, runCommand } from "./command/command.ts";
import { localPort } from "./server/local-server.ts";
import { startServing } from "./server/start-server.ts";

/** `npm start`: the server on this machine, with the default data, until Ctrl+C. */
const start: Command = {
  usage: "npm start\n\n  PORT=9000 npm start   on another port than 8787",
  kept: "What was loaded is kept: npm start goes on where this one stopped.",
  async run(_, signal) {
    const port = localPort();
    if (!(await isFree(port))) {
      throw new CallerError(
        `Port ${port} is taken. Choose another one, for example: PORT=9000 npm start`,
      );
    }
    const server = await startServing(port, signal, true);
    console.log(`\nHereabouts is ready: MCP is on ${server.url}mcp (Ctrl+C stops it)\n`);
    return server.follow();
  },
};

await runCommand(start);

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.on("error", () => resolve(false));
    probe.listen(port, "localhost", () => probe.close(() => resolve(true)));
  });
}
