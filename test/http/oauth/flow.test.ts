import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { ORIGIN } from "../../support/client.ts";
import { appWhereOneSignsIn, invite, Program, signedIn } from "../../support/sign-in.ts";

const app = appWhereOneSignsIn();

describe("a refresh", () => {
  it("asked for twice at once gives both the same tokens, which count", async () => {
    const program = await signedIn(app, ["places:write"]);
    const asked = [1, 2].map(() => program.refresh(program.tokens.refresh_token));
    const [one, other] = await Promise.all(asked);
    expect(one!.refresh_token).toBeTypeOf("string");
    expect(other).toEqual(one);
    expect((await program.refresh(one!.refresh_token)).scope).toBe("places:write");
  });
});

it("grants what is ticked and the invitation allows", async () => {
  const program = new Program(app);
  await program.register();
  const page = await program.ask({ scope: "places:write" });
  const code = await invite(env, ["places:write", "tasks"]);
  const scope = ["places:write", "admin"];
  const end = await program.browser.send(page, { scope, code, decision: "allow" });
  expect((await program.redeem(end)).scope).toBe("places:write");
});

it("describes itself wherever clients look", async () => {
  for (const place of ["", "/mcp", "/chatgpt/mcp"]) {
    const url = `${ORIGIN}/.well-known/oauth-authorization-server${place}`;
    expect(await (await app(new Request(url))).json()).toMatchObject({ issuer: ORIGIN });
  }
});
