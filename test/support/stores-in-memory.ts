import { existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";

const MEMORY = "/dev/shm";
const LEAST_BYTES = 2 ** 31;

/** Lets the stores of the tests lie in memory, where there is enough: on a disk, each write would wait for it. */
export default function setUp(): (() => void) | undefined {
  if (!existsSync(MEMORY)) return undefined;
  const { bavail, bsize } = statfsSync(MEMORY);
  if (bavail * bsize < LEAST_BYTES) return undefined;
  const { TMPDIR } = process.env;
  const folder = mkdtempSync(`${MEMORY}/hereabouts-tests-`);
  process.env.TMPDIR = folder;
  return () => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    rmSync(folder, { recursive: true, force: true });
  };
}
