import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

interface Locked {
  readonly version: string;
  readonly integrity?: string;
}

/** npm leaves the digest out of what it did not download itself: programs for other systems. */
it("pins the content of every package, on every system", () => {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
    packages: Readonly<Record<string, Locked>>;
  };
  const open = Object.entries(packages)
    .filter(
      ([path, { integrity }]) => path !== "" && !/^sha512-[\w+/]{86}==$/.test(integrity ?? ""),
    )
    .map(
      ([path, { version }]) =>
        `npm view ${path.replace(/.*node_modules\//, "")}@${version} dist.integrity`,
    );
  expect(open).toEqual([]);
});
