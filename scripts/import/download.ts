import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Listr } from "listr2";
import { AnswerTooLong, CallerError } from "../../src/errors.ts";
import { isLoopback } from "../../src/loopback.ts";
import { isPrivateHost } from "../../src/private-host.ts";
import { upstream } from "../../src/upstream/upstream.ts";
import { grouped, progressText } from "../command/progress.ts";
import type { NamedPath } from "./open-file.ts";
import type { ImportOptions } from "./options.ts";

const LIMITS = {
  deadlineMs: 6 * 3_600_000,
  /** Some servers make a file when it is asked for. */
  stallMs: 120_000,
  mostRedirects: 10,
  mostRetries: 3,
};

const MEGABYTE = 1_000_000;

type Sources = Pick<ImportOptions, "files" | "mostDownloadBytes">;

/**
 * Has files of this machine for all sources: what is named by an address is downloaded before, and deleted behind.
 *
 * @throws CallerError for what cannot be had
 */
export async function withDownloads<T>(
  { files, mostDownloadBytes }: Sources,
  signal: AbortSignal,
  run: (files: readonly NamedPath[]) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "hereabouts-import-"));
  try {
    const local: NamedPath[] = [];
    for (const [index, file] of files.entries()) {
      // Two of them may have one name.
      const own = join(folder, String(index));
      const path = isAddress(file) ? await download(file, own, mostDownloadBytes, signal) : file;
      local.push({ path, name: isAddress(file) ? basename(path) : file });
    }
    return await run(local);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function isAddress(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/** Downloads a file into a folder, and shows how far it is. @returns its path */
async function download(
  address: string,
  folder: string,
  mostBytes: number,
  signal: AbortSignal,
): Promise<string> {
  const url = URL.parse(address);
  if (!url) throw new CallerError(`This is no address: ${address}`);
  if (url.protocol === "http:" && !isLoopback(url)) {
    throw new CallerError(
      `${url.host} is named with http://, so anybody on the way could change the file: use https://, or download it yourself.`,
    );
  }
  const path = join(folder, nameOf(url));
  await mkdir(folder);
  // Whoever names an address of their own network may have it; nobody else may lead there.
  const call = upstream({ ...LIMITS, mostBytes, allowPrivateHosts: isPrivateHost(url) });
  const request = { url, headers: { "User-Agent": "hereabouts" }, signal };
  const title = `Download ${nameOf(url)} from ${url.host}`;
  await new Listr(
    [
      {
        title,
        task: async (_, task) => {
          const bytes = await call(request, (response) =>
            save(response, url.host, path, (text) => {
              task.output = text;
            }),
          ).catch((error) => {
            throw error instanceof AnswerTooLong ? tooLong(error) : error;
          });
          task.title = `${title}: ${grouped(bytes)} bytes`;
        },
      },
    ],
    { registerSignalListeners: false },
  ).run();
  return path;
}

/** What the file is called on this machine: its content tells its format. */
function nameOf({ pathname, hostname }: URL): string {
  const last = pathname.split("/").filter(Boolean).at(-1) ?? hostname;
  return last.replace(/[^\w.-]+/g, "_").slice(-100);
}

function tooLong({ message }: AnswerTooLong): CallerError {
  return new CallerError(`${message} To take more: --max-download <MB>`);
}

/** @returns how many bytes the file has */
async function save(
  response: Response,
  host: string,
  path: string,
  show: (progress: string) => void,
): Promise<number> {
  if (!response.ok) throw notThere(host, response.status);
  const content = response.body as AsyncIterable<Uint8Array> | null;
  if (!content) throw new CallerError(`${host} answers with nothing.`);
  const length = Number(response.headers.get("content-length"));
  const startedAtMs = performance.now();
  let bytes = 0;
  async function* watched() {
    for await (const chunk of content!) {
      if (bytes === 0) refusePage(host, chunk);
      bytes += chunk.length;
      show(progressOf(bytes, length, performance.now() - startedAtMs));
      yield chunk;
    }
  }
  await pipeline(watched, createWriteStream(path));
  const date = new Date(response.headers.get("last-modified") ?? "");
  // Without a date of its own, the data of a collection is of this day.
  if (!Number.isNaN(date.getTime())) await utimes(path, date, date);
  return bytes;
}

/** @param length undefined or 0 where the server does not say it */
function progressOf(bytes: number, length: number, elapsedMs: number): string {
  const megabytes = Math.floor(bytes / MEGABYTE);
  return length > 0
    ? progressText({ share: bytes / length, count: megabytes }, "MB", elapsedMs)
    : `${grouped(megabytes)} MB`;
}

function notThere(host: string, status: number): CallerError {
  if (status === 404 || status === 410) {
    return new CallerError(`${host} has no file at this address (${status}): is it right?`);
  }
  if (status === 401 || status === 403) {
    return new CallerError(
      `${host} does not give this file to everybody (${status}): download it yourself, then import it.`,
    );
  }
  return new CallerError(`${host} answers ${status} instead of a file.`);
}

/** Judged by the content: many programs that make CSV leave the type at HTML. */
function refusePage(host: string, beginning: Uint8Array): void {
  if (!/^\s*<(?:!doctype html|html|head|body)\b/i.test(new TextDecoder().decode(beginning))) return;
  throw new CallerError(
    `${host} answers with a web page instead of data: this is not the address of the file itself.`,
  );
}
