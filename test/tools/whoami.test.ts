import { expect, it } from "vitest";
import { NewKey } from "../../src/credentials/contract.ts";
import { catalog } from "../../src/mcp/catalog.ts";
import { Admin } from "../support/admin.ts";
import { appWith } from "../support/app.ts";
import { connect, type Era } from "../support/client.ts";
import { connectV1 } from "../support/client-v1.ts";
import { appWithTokens, sharedToken, showing } from "../support/tokens.ts";

const ADMIN_TOKEN = "a secret of some length";
const fetch = appWithTokens({ ADMIN_TOKEN });

async function newKey(): Promise<{ key: string; expiresAt: string }> {
  const order = { name: `key-${crypto.randomUUID()}`, scopes: ["places:read", "tasks"], days: 1 };
  const { body } = await new Admin().call("POST", "/keys", order, NewKey);
  return { key: body.key!, expiresAt: body.expiresAt! };
}

it.each<Era>(["auto", "legacy"])("tells who asks, and what they may do (%s)", async (era) => {
  const { key, expiresAt } = await newKey();
  const expSeconds = Math.floor(Date.now() / 1_000) + 60;
  const token = await sharedToken({ exp: expSeconds, scope: "models" });
  const everybodys = ["places:read", "location"];
  const cases: readonly (readonly [string | undefined, object, RegExp])[] = [
    [
      undefined,
      { credential: "none", scopes: everybodys },
      /^You are nobody in particular \(without credentials\)\.\nYou may use: places:read, location\.$/,
    ],
    [
      ADMIN_TOKEN,
      {
        subject: "admin",
        credential: "admin token",
        scopes: [...everybodys, "places:write", "tasks", "admin"],
      },
      /^You are admin \(by admin token\)\.\n[^\n]*$/,
    ],
    [
      key,
      {
        subject: expect.stringMatching(/^key:key-/),
        credential: "key",
        scopes: [...everybodys, "tasks"],
        expires_at: expiresAt,
      },
      /^You are key:key-.* \(by key\)\.\n.*\nThat ends at 20.*\.$/,
    ],
    [
      token,
      {
        subject: "jwt:https://id.example.com ada",
        credential: "jwt",
        scopes: [...everybodys, "models"],
        expires_at: new Date(expSeconds * 1_000).toISOString(),
      },
      /by jwt/,
    ],
  ];
  for (const [secret, told, words] of cases) {
    const client = await connect(era, showing(secret && `Bearer ${secret}`, fetch));
    const { structuredContent, content } = await client.callTool({ name: "whoami", arguments: {} });
    expect(structuredContent).toEqual(told);
    const { text } = (content as { text: string }[])[0]!;
    expect(text).toMatch(words);
    if (secret) expect(text + JSON.stringify(structuredContent)).not.toContain(secret);
    await client.close();
  }
});

it("is there for the clients that most assistants ship, and in the listing for ChatGPT", async () => {
  const client = await connectV1(showing(`Bearer ${ADMIN_TOKEN}`, fetch));
  const { structuredContent } = await client.callTool({ name: "whoami", arguments: {} });
  expect(structuredContent).toMatchObject({ subject: "admin" });
  await client.close();
});

it("says so of somebody who may do nothing", async () => {
  const nothing = appWith(catalog, {
    ANONYMOUS_SCOPES: "",
    JWT_ISSUER: "https://id.example.com",
    JWT_SECRET: "x".repeat(32),
  });
  const client = await connect(
    "auto",
    showing(`Bearer ${await sharedToken({}, "x".repeat(32))}`, nothing),
  );
  const { content } = await client.callTool({ name: "whoami", arguments: {} });
  expect((content as { text: string }[])[0]!.text).toContain("You may use: nothing.");
  await client.close();
});
