import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/v4";
import { CallerError } from "../src/errors.ts";
import { VERSIONS, type Version } from "../src/location/network-lists.ts";
import { parsedOptions, runCommand } from "./command/command.ts";

const USAGE = `npm run networks -- [--from folder]

Makes src/location/network-lists.ts, and its line in ATTRIBUTION.md, from the newest lists on GitHub. With --from, from
files in a folder (openasn-cdn.txt and so on), of the versions that network-lists.ts names already.`;

/** What a listed network is, the strongest first: a number in several lists counts as the first of them. */
const CATEGORIES = ["eyeball", "gateway", "vpn", "cdn", "hosting", "mobile"] as const;
type Category = (typeof CATEGORIES)[number];

interface List {
  readonly category: Category;
  /** Its path in the repository. */
  readonly path: string;
  /** Its name in a folder of local files. */
  readonly local: string;
}

interface Repository {
  readonly name: keyof typeof VERSIONS;
  readonly credit: string;
  readonly licence: string;
  readonly lists: readonly List[];
}

const openasn = (category: Category, name: string): List => ({
  category,
  path: `data/overrides/${name}.txt`,
  local: `openasn-${name}.txt`,
});

const REPOSITORIES: readonly Repository[] = [
  {
    name: "openasn/openasn",
    credit: "OpenASN",
    licence: "[CC0 1.0](https://creativecommons.org/publicdomain/zero/1.0/)",
    lists: [
      openasn("eyeball", "eyeball_confirm"),
      openasn("gateway", "enterprise_gateway"),
      openasn("vpn", "vpn_provider"),
      openasn("cdn", "cdn"),
      openasn("hosting", "hosting_extra"),
      openasn("mobile", "mobile_carrier"),
    ],
  },
  {
    name: "X4BNet/lists_vpn",
    credit: "© 2024 X4B (Mathew Heard)",
    licence: "[MIT](https://opensource.org/license/mit)",
    lists: [
      { category: "vpn", path: "input/vpn/ASN.txt", local: "x4bnet-vpn-asn.txt" },
      { category: "hosting", path: "input/datacenter/ASN.txt", local: "x4bnet-datacenter-asn.txt" },
    ],
  },
];

type Versions = Readonly<Record<Repository["name"], Version>>;
type Lists = Readonly<Record<Category, readonly number[]>>;

/** The AS numbers that begin the lines of a list. */
export function networksIn(text: string): number[] {
  const networks = [...text.matchAll(/^AS(\d+)\b/gm)].map(([, number]) => Number(number));
  // An empty answer, or a page in HTML, must not empty a list.
  if (networks.length === 0) throw new CallerError(`No AS numbers are in "${text.slice(0, 80)}".`);
  return networks;
}

/** The lists of all repositories in one for each category, without repetition. */
async function readLists(
  read: (repository: Repository, list: List) => Promise<string>,
): Promise<Lists> {
  const found = new Map<Category, number[]>(CATEGORIES.map((category) => [category, []]));
  for (const repository of REPOSITORIES) {
    for (const list of repository.lists) {
      found.get(list.category)!.push(...networksIn(await read(repository, list)));
    }
  }
  const seen = new Set<number>();
  const lists = CATEGORIES.map((category) => {
    const networks = new Set(found.get(category)!.filter((network) => !seen.has(network)));
    for (const network of networks) seen.add(network);
    return [category, [...networks].sort((a, b) => a - b)];
  });
  return Object.fromEntries(lists);
}

/** Numbers in lines of at most 100 characters. */
function wrapped(networks: readonly number[]): string {
  return networks.join(" ").replace(/(.{1,96})(?: |$)/g, "    $1\n");
}

function moduleText(versions: Versions, lists: Lists): string {
  return `/**
 * Which networks are what, by their AS numbers. Made by \`npm run networks\` from the repositories below (credit and
 * licences: ATTRIBUTION.md); networks that the lists lack are in networks.ts.
 */

/** A commit of a repository on GitHub, and its date. */
export interface Version {
  readonly commit: string;
  readonly date: string;
}

export const VERSIONS = {
${Object.entries(versions)
  .map(([name, { commit, date }]) => {
    return `  "${name}": {\n    commit: "${commit}",\n    date: "${date}",\n  },\n`;
  })
  .join("")}} satisfies Record<string, Version>;

/** AS numbers, parted by blanks. */
export const NETWORK_LISTS = {
${CATEGORIES.map((category) => `  ${category}: \`\n${wrapped(lists[category])}  \`,\n`).join("")}};
`;
}

const MADE_LINES = /(?<=<!-- made by `npm run networks` -->\n)[\s\S]*?(?=<!-- end -->)/;

function credits(versions: Versions): string {
  const lines = REPOSITORIES.map(({ name, credit, licence }) => {
    const { commit, date } = versions[name];
    const version = `[${commit.slice(0, 8)}](https://github.com/${name}/tree/${commit})`;
    return `| [${name}](https://github.com/${name}) | ${credit} | ${version} of ${date} | ${licence} |\n`;
  });
  return `| Lists of networks | Credit | Version | Licence |\n|---|---|---|---|\n${lines.join("")}`;
}

/** What the two files must hold. */
export async function made(
  versions: Versions,
  read: (repository: Repository, list: List) => Promise<string>,
): Promise<{ module: string; withCredits: (attribution: string) => string }> {
  const module = moduleText(versions, await readLists(read));
  return {
    module,
    withCredits: (attribution) => attribution.replace(MADE_LINES, () => credits(versions)),
  };
}

/** Reads lists from a folder. */
export const fromFolder =
  (folder: string) =>
  (_: Repository, { local }: List) =>
    readFile(join(folder, local), "utf8");

async function textAt(address: string): Promise<string> {
  const response = await fetch(address, { signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new CallerError(`${address} answers ${response.status}.`);
  return response.text();
}

const Commit = z.object({
  sha: z.string().regex(/^[\da-f]{40}$/),
  commit: z.object({ committer: z.object({ date: z.iso.datetime() }) }),
});

/** The newest commit of each repository. */
export async function newestVersions(api: string): Promise<Versions> {
  const versions = REPOSITORIES.map(async ({ name }) => {
    const { sha, commit } = Commit.parse(
      JSON.parse(await textAt(`${api}/repos/${name}/commits/HEAD`)),
    );
    return [name, { commit: sha, date: commit.committer.date.slice(0, 10) }];
  });
  return Object.fromEntries(await Promise.all(versions));
}

/** Reads lists from GitHub, of given versions. */
export const fromGithub =
  (raw: string, versions: Versions) =>
  ({ name }: Repository, { path }: List) =>
    textAt(`${raw}/${name}/${versions[name].commit}/${path}`);

const MODULE = "src/location/network-lists.ts";
const ATTRIBUTION = "ATTRIBUTION.md";

if (import.meta.main) {
  await runCommand({
    usage: USAGE,
    kept: "Nothing was changed.",
    async run(args) {
      const { values } = parsedOptions({ args, options: { from: { type: "string" } } }, USAGE);
      const { from } = values;
      const versions =
        from === undefined ? await newestVersions("https://api.github.com") : VERSIONS;
      const read =
        from === undefined
          ? fromGithub("https://raw.githubusercontent.com", versions)
          : fromFolder(from);
      const { module, withCredits } = await made(versions, read);
      await writeFile(MODULE, module);
      await writeFile(ATTRIBUTION, withCredits(await readFile(ATTRIBUTION, "utf8")));
      return 0;
    },
  });
}
