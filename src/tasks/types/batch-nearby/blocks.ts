import { PackedTree } from "../../../geo/packed-tree.ts";
import type { Point } from "../../../geo/point.ts";
import type { TaskFiles } from "../../contract.ts";
import type { Block } from "./chunks.ts";

/** A match as an answer tells it. */
export interface Match extends Point {
  readonly key: number;
  /** Its public id. */
  readonly id: string;
  readonly name: string;
  readonly category: string;
}

/** What is told of the matches of a block, in their order. */
export interface BlockTexts {
  readonly ids: readonly string[];
  readonly names: readonly string[];
  readonly categories: readonly string[];
}

/**
 * The matches of a block as joins need them: by their points, each of which may have many. They are in key order, so the
 * places of a crowded point follow each other. All of it is one list of numbers, which is read as it is written.
 */
export class Sites {
  readonly tree: PackedTree;
  /** Of each point. */
  readonly latitudes: Float64Array;
  readonly longitudes: Float64Array;
  /** The number of the first match at each point; and how many there are in all. */
  readonly firsts: Float64Array;
  /** Of each match, ascending at one point. */
  readonly keys: Float64Array;
  /** How many numbers all of it is. */
  readonly length: number;

  constructor(numbers: Float64Array) {
    this.length = numbers.length;
    const [matches, sites] = [numbers[0]!, numbers[1]!];
    let at = 2;
    const next = (count: number) => {
      at += count;
      return numbers.subarray(at - count, at);
    };
    this.keys = next(matches);
    this.firsts = next(sites + 1);
    this.latitudes = next(sites);
    this.longitudes = next(sites);
    this.tree = new PackedTree(numbers.subarray(at), sites);
  }
}

/** A block must not be empty. @param number among those of the try */
export async function writeBlock(
  files: TaskFiles,
  number: number,
  set: number,
  matches: readonly Match[],
): Promise<Block> {
  const isAtNewPoint = ({ latitude, longitude }: Match, at: number) =>
    latitude !== matches[at - 1]?.latitude || longitude !== matches[at - 1]?.longitude;
  const firsts = [...matches.keys()].filter((at) => isAtNewPoint(matches[at]!, at));
  const points = firsts.map((at) => matches[at]!);
  const tree = PackedTree.of(points);
  const numbers = Float64Array.from([
    matches.length,
    points.length,
    ...matches.map(({ key }) => key),
    ...firsts,
    matches.length,
    ...points.map(({ latitude }) => latitude),
    ...points.map(({ longitude }) => longitude),
    ...tree.numbers,
  ]);
  const texts: BlockTexts = {
    ids: matches.map(({ id }) => id),
    names: matches.map(({ name }) => name),
    categories: matches.map(({ category }) => category),
  };
  const box = tree.box.map((meters, at) => (at < 3 ? Math.floor(meters) : Math.ceil(meters)));
  return {
    ...{ set, box },
    sites: await files.put(`sites-${number}`, numbers),
    texts: await files.put(`texts-${number}.json`, JSON.stringify(texts)),
  };
}

export async function sitesOf(files: TaskFiles, { sites }: Block): Promise<Sites> {
  const bytes = await (await files.get(sites)).arrayBuffer();
  return new Sites(new Float64Array(bytes));
}

export async function textsOf(files: TaskFiles, { texts }: Block): Promise<BlockTexts> {
  return (await files.get(texts)).json();
}

/** @returns the name of the file */
export async function writeBlocks(files: TaskFiles, blocks: readonly Block[]): Promise<string> {
  return files.put("blocks.json", JSON.stringify(blocks));
}

export async function blocksOf(files: TaskFiles, file: string): Promise<Block[]> {
  return (await files.get(file)).json();
}
