import { expect, it } from "vitest";
import { connect } from "../support/client.ts";

async function write(args: Record<string, string>): Promise<string> {
  const client = await connect();
  const { messages } = await client.getPrompt({ name: "whats_nearby", arguments: args });
  await client.close();
  return (messages[0]!.content as { text: string }).text;
}

it("asks for anything here", async () => {
  const text = await write({});
  expect(text).toContain("places of interest near me with get_nearby_data");
  expect(text).toContain("which location the answer is for");
});

it("asks for something somewhere", async () => {
  const text = await write({ interest: "cafes", place: "Lyon" });
  expect(text).toContain('places that match "cafes" near Lyon');
  expect(text).toContain('Pass near: "Lyon"');
});
