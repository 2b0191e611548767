import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = ".wrangler/clients";
/** Old versions have names of their own, so that they lie side by side. */
const PACKAGES = {
  "sdk-1.12": "npm:@modelcontextprotocol/sdk@1.12.3",
  "sdk-1.25": "npm:@modelcontextprotocol/sdk@1.25.3",
  "@modelcontextprotocol/inspector": "2.12.0",
  "mcp-remote": "0.15.1",
  mcporter: "0.12.3",
};

/** @returns the folder that holds `node_modules` */
export async function fetchPackages(): Promise<string> {
  const wanted = JSON.stringify({ private: true, type: "module", dependencies: PACKAGES });
  const manifest = join(FOLDER, "package.json");
  const isThere = existsSync(join(FOLDER, "node_modules/mcporter"));
  if (isThere && readFileSync(manifest, "utf8") === wanted) return FOLDER;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(manifest, wanted);
  const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--no-save"];
  const { status } = spawnSync("npm", args, { cwd: FOLDER, stdio: "inherit" });
  if (status !== 0) throw new Error(`npm install in ${FOLDER} ended with ${status}`);
  return FOLDER;
}
