import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  fromFolder,
  fromGithub,
  made,
  networksIn,
  newestVersions,
} from "../../scripts/networks.ts";
import { NETWORK_LISTS, VERSIONS } from "../../src/location/network-lists.ts";

/** What is on GitHub, in miniature. */
const LISTS: Readonly<Record<string, string>> = {
  eyeball_confirm: "AS3320 # Deutsche Telekom AG",
  enterprise_gateway: "# a title\nAS22616 # ZSCALER\n",
  vpn_provider: "AS9009 # M247\nAS3320 # in two lists",
  cdn: "AS13335 # Cloudflare",
  hosting_extra: "AS21501 # Host Europe, not AS1",
  mobile_carrier: "AS21928 # T-Mobile USA\r\nAS6614\t# the same\r\n",
  vpn: "AS20448",
  datacenter: "AS22616 # a gateway in truth\nAS6724 # STRATO\nAS21501 # again",
};
const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const asked: string[] = [];

const server = createServer(({ url = "" }, response) => {
  asked.push(url);
  if (url.startsWith("/repos/")) {
    const commit = { committer: { date: "2027-01-02T03:04:05Z" } };
    response.end(JSON.stringify({ sha: COMMIT, commit }));
    return;
  }
  const [, name = ""] = /(\w+)(?:\/ASN)?\.txt$/.exec(url) ?? [];
  response.statusCode = LISTS[name] === undefined ? 404 : 200;
  response.end(LISTS[name]);
});
let origin: string;
let folder: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : address}`;
  folder = await mkdtemp(join(tmpdir(), "hereabouts-networks-"));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

it("makes the lists of the newest commits on GitHub", async () => {
  const versions = await newestVersions(origin);
  const version = { commit: COMMIT, date: "2027-01-02" };
  expect(versions).toEqual({ "openasn/openasn": version, "X4BNet/lists_vpn": version });
  const { module, withCredits } = await made(versions, fromGithub(origin, versions));
  expect(asked).toContain(`/X4BNet/lists_vpn/${COMMIT}/input/datacenter/ASN.txt`);
  // A number in several lists counts as the strongest of them.
  for (const text of [
    "eyeball: `\n    3320\n",
    "gateway: `\n    22616\n",
    "vpn: `\n    9009 20448\n",
    "cdn: `\n    13335\n",
    "hosting: `\n    6724 21501\n",
    "mobile: `\n    6614 21928\n",
    COMMIT,
  ]) {
    expect(module).toContain(text);
  }
  const attribution = withCredits(await readFile("ATTRIBUTION.md", "utf8"));
  expect(attribution).toContain(`[01234567](https://github.com/openasn/openasn/tree/${COMMIT})`);
});

it("makes the same of files, and from what it has made", async () => {
  for (const [name, text] of Object.entries(LISTS)) {
    const isX4b = name === "vpn" || name === "datacenter";
    const file = isX4b ? `x4bnet-${name}-asn.txt` : `openasn-${name}.txt`;
    await writeFile(join(folder, file), text);
  }
  const files = await made(VERSIONS, fromFolder(folder));
  const github = await made(VERSIONS, fromGithub(origin, VERSIONS));
  expect(files.module).toBe(github.module);

  // What is committed is what the script writes of it.
  const committed = await made(VERSIONS, async (_, { category }) => {
    return NETWORK_LISTS[category].trim().replaceAll(/\s*(\d+)/g, "AS$1\n");
  });
  expect(committed.module).toBe(await readFile("src/location/network-lists.ts", "utf8"));
  const attribution = await readFile("ATTRIBUTION.md", "utf8");
  expect(committed.withCredits(attribution)).toBe(attribution);
});

it.each(["", "<html>Not found</html>", "# only comments"])(
  "does not empty a list because of %j",
  (text) => {
    expect(() => networksIn(text)).toThrow("No AS numbers");
  },
);

it("says which list cannot be had", async () => {
  const read = fromGithub(origin, VERSIONS);
  const lost = made(VERSIONS, (repository, list) =>
    read(repository, { ...list, path: "gone.txt" }),
  );
  await expect(lost).rejects.toThrow(/gone\.txt answers 404/);
});
