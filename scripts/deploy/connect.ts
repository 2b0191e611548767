import { type Connectable, waysToConnect } from "../../src/connect.ts";

/** How to connect the usual clients, for a terminal. */
export function howToConnect(server: Connectable): string {
  const ways = waysToConnect(server).map(({ client, how, copy = "" }) =>
    [`  ${client}: ${how}`, ...copy.split("\n").map((line) => `    ${line}`)].join("\n"),
  );
  return ["Connect:", ...ways].join("\n");
}
