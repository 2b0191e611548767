import { emptyFields, faultyRow, type Row } from "../../../src/formats/readers/row.ts";
import { damaged, readBlocks } from "./blocks.ts";
import { type ElementVisitor, type Tags, visitElements } from "./elements.ts";
import { NodeTable } from "./node-table.ts";
import { isPlace } from "./places.ts";

/** A way's centre is the mean of no more of its nodes, evenly taken. */
const NODES_A_WAY = 16;

/**
 * The places of an OpenStreetMap PBF file: nodes, and ways by their centres; relations are left out. Each round reads the
 * file twice: first for ways and the ids of their nodes, then for the positions of these nodes. A round takes as many
 * ways as the table of nodes (256 MB) has room for. Only extracts with more than a million ways that are places need a
 * second round.
 *
 * @throws CallerError if the file is damaged
 */
export async function* readOsmPbf(
  path: string,
  onBytes: (read: number) => void,
  tableSize?: number,
): AsyncGenerator<Row> {
  let firstWay = 0;
  for (let isFirst = true; ; isFirst = false) {
    const nodes = new NodeTable(tableSize);
    const endWay = await collectWays(path, firstWay, nodes);
    nodes.close();
    yield* places(path, nodes, firstWay, endWay, isFirst, onBytes);
    if (endWay === Number.POSITIVE_INFINITY) return;
    firstWay = endWay;
  }
}

/** Fills the table with the nodes of the ways from `firstWay` on. Returns the first way that it had no room for. */
async function collectWays(path: string, firstWay: number, nodes: NodeTable): Promise<number> {
  let ways = 0;
  let endWay = Number.POSITIVE_INFINITY;
  for await (const block of readBlocks(path)) {
    visit(block, {
      node() {},
      way(_, ids, tags) {
        if (!isPlace(tags)) return;
        const way = ways;
        ways += 1;
        if (way < firstWay || way >= endWay) return;
        if (!nodes.add(someOf(ids))) endWay = way;
      },
    });
    if (endWay < Number.POSITIVE_INFINITY) break;
  }
  return endWay;
}

async function* places(
  path: string,
  nodes: NodeTable,
  firstWay: number,
  endWay: number,
  withNodes: boolean,
  onBytes: (read: number) => void,
): AsyncGenerator<Row> {
  let element = 0;
  let ways = 0;
  for await (const block of readBlocks(path, onBytes)) {
    const rows: Row[] = [];
    visit(block, {
      node(id, latitude, longitude, tags) {
        element += 1;
        nodes.place(id, latitude, longitude);
        if (!withNodes || !tags || !isPlace(tags)) return;
        rows.push(rowOf(element, `n${id}`, tags, latitude, longitude));
      },
      way(id, ids, tags) {
        element += 1;
        if (!isPlace(tags)) return;
        const way = ways;
        ways += 1;
        if (way < firstWay || way >= endWay) return;
        const center = nodes.centerOf(someOf(ids));
        rows.push(
          center
            ? rowOf(element, `w${id}`, tags, ...center)
            : faultyRow(element, `(w${id}) has no nodes before it: sort with \`osmium sort\``),
        );
      },
    });
    yield* rows;
  }
}

function visit(block: Uint8Array, visitor: ElementVisitor): void {
  try {
    visitElements(block, visitor);
  } catch (error) {
    throw damaged("a block is malformed", error);
  }
}

/** Of a closed way the last node is the first. */
function someOf(ids: readonly number[]): number[] {
  const open = ids.length > 1 && ids[0] === ids.at(-1) ? ids.slice(0, -1) : [...ids];
  if (open.length <= NODES_A_WAY) return open;
  return Array.from(
    { length: NODES_A_WAY },
    (_, index) => open[Math.floor((index * open.length) / NODES_A_WAY)]!,
  );
}

const UNITS = 1e7;

function rowOf(line: number, id: string, tags: Tags, latitude: number, longitude: number): Row {
  const point = { latitude: latitude / UNITS, longitude: longitude / UNITS };
  return { line, fields: Object.assign(emptyFields(), { id, tags }), point };
}
