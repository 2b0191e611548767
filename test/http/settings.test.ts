import { afterEach, expect, it, vi } from "vitest";
import { appWith } from "../support/app.ts";
import { ORIGIN } from "../support/client.ts";
import { placeholder } from "../support/placeholder.ts";

afterEach(() => void vi.restoreAllMocks());

const WRONG = { MAX_SESSIONS: "many", ADMIN_TOKEN: "hunter2" };

it.each(["/", "/health", "/mcp", "/admin/collections", "/nowhere"])(
  "a deployment with wrong settings answers 503 to %s, naming them, with their values in the log only",
  async (path) => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const response = await appWith(placeholder, WRONG)(new Request(`${ORIGIN}${path}`));
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      error:
        "This server is not set up: wrong value of ADMIN_TOKEN and MAX_SESSIONS. Its log says more.",
    });
    const [line] = log.mock.calls.flat();
    expect(line).toContain('MAX_SESSIONS is \\"many\\", but it must be a whole number');
    expect(line).not.toContain(WRONG.ADMIN_TOKEN);
  },
);
