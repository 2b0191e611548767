import type { Note } from "../../src/formats/mapping/attributes.ts";
import type { Kinds } from "../../src/formats/mapping/category.ts";
import type { MappingChoices } from "../../src/formats/mapping/mapping.ts";
import { type OpenedPlaces, openPlaces } from "../../src/formats/open-places.ts";
import { openFile } from "./open-file.ts";

/** A file on this machine that has been looked into. */
export interface OpenedPath extends OpenedPlaces {
  readonly path: string;
}

export interface Listeners {
  readonly onBytes: (read: number) => void;
  readonly onNote: Note;
}

export async function openPath(
  path: string,
  choices: MappingChoices,
  kinds: Kinds,
  { onBytes, onNote }: Listeners,
): Promise<OpenedPath> {
  return { path, ...(await openPlaces(await openFile(path, onBytes), choices, kinds, onNote)) };
}
