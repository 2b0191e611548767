import { PbfReader } from "pbf";

export type Tags = Readonly<Record<string, string>>;

/** What is told of the elements of a block. Positions are in units of 1e-7 degrees. */
export interface ElementVisitor {
  /** Called with tags only if the node has some. */
  node(id: number, latitude: number, longitude: number, tags: Tags | undefined): void;
  way(id: number, nodes: readonly number[], tags: Tags): void;
}

/** The format's positions are in nanodegrees times the granularity. */
const NANODEGREES = 100;

/** Tells a visitor the nodes and ways of an unpacked data block. Throws where it is malformed. */
export function visitElements(block: Uint8Array, visitor: ElementVisitor): void {
  const parts = { granularity: 100, latitudeOffset: 0, longitudeOffset: 0 };
  let strings = new StringTable([]);
  const groups: { start: number; end: number }[] = [];
  const reader = new PbfReader(block);
  reader.readFields((tag, scale, pbf) => {
    if (tag === 1) strings = readStrings(pbf);
    else if (tag === 2) groups.push(rangeOf(pbf));
    else if (tag === 17) scale.granularity = pbf.readVarint();
    else if (tag === 19) scale.latitudeOffset = pbf.readVarint(true);
    else if (tag === 20) scale.longitudeOffset = pbf.readVarint(true);
  }, parts);
  const latitudeOf = (value: number) =>
    (parts.latitudeOffset + parts.granularity * value) / NANODEGREES;
  const longitudeOf = (value: number) =>
    (parts.longitudeOffset + parts.granularity * value) / NANODEGREES;
  const scaled: ElementVisitor = {
    node: (id, latitude, longitude, tags) =>
      visitor.node(id, latitudeOf(latitude), longitudeOf(longitude), tags),
    way: (id, nodes, tags) => visitor.way(id, nodes, tags),
  };
  for (const { start, end } of groups) {
    reader.pos = start;
    reader.readFields(
      (tag, _, pbf) => {
        if (tag === 1) visitNode(pbf, strings, scaled);
        else if (tag === 2) visitDenseNodes(pbf, strings, scaled);
        else if (tag === 3) visitWay(pbf, strings, scaled);
      },
      undefined,
      end,
    );
  }
}

function rangeOf(pbf: PbfReader): { start: number; end: number } {
  const end = pbf.readVarint() + pbf.pos;
  const start = pbf.pos;
  pbf.pos = end;
  return { start, end };
}

/** Most texts of a block are never asked for. */
class StringTable {
  readonly #bytes: readonly Uint8Array[];
  readonly #texts: string[] = [];
  readonly #decoder = new TextDecoder();

  constructor(bytes: readonly Uint8Array[]) {
    this.#bytes = bytes;
  }

  at(index: number): string {
    this.#texts[index] ??= this.#decoder.decode(this.#bytes[index]);
    return this.#texts[index];
  }

  tags(keys: readonly number[], values: readonly number[]): Tags {
    const tags: Record<string, string> = {};
    for (const [index, key] of keys.entries()) tags[this.at(key)] = this.at(values[index] ?? 0);
    return tags;
  }
}

function readStrings(pbf: PbfReader): StringTable {
  const bytes = pbf.readMessage<Uint8Array[]>((tag, list, message) => {
    if (tag === 1) list.push(message.readBytes());
  }, []);
  return new StringTable(bytes);
}

function visitNode(pbf: PbfReader, strings: StringTable, visitor: ElementVisitor): void {
  const node = { id: 0, latitude: 0, longitude: 0, keys: [] as number[], values: [] as number[] };
  pbf.readMessage((tag, result, message) => {
    if (tag === 1) result.id = message.readSVarint();
    else if (tag === 2) message.readPackedVarint(result.keys);
    else if (tag === 3) message.readPackedVarint(result.values);
    else if (tag === 8) result.latitude = message.readSVarint();
    else if (tag === 9) result.longitude = message.readSVarint();
  }, node);
  const tags = node.keys.length > 0 ? strings.tags(node.keys, node.values) : undefined;
  visitor.node(node.id, node.latitude, node.longitude, tags);
}

/** Every value is the difference to the one before; the tags of all nodes follow each other, parted by zeros. */
function visitDenseNodes(pbf: PbfReader, strings: StringTable, visitor: ElementVisitor): void {
  const dense = {
    ids: [] as number[],
    latitudes: [] as number[],
    longitudes: [] as number[],
    tags: [] as number[],
  };
  pbf.readMessage((tag, result, message) => {
    if (tag === 1) message.readPackedSVarint(result.ids);
    else if (tag === 8) message.readPackedSVarint(result.latitudes);
    else if (tag === 9) message.readPackedSVarint(result.longitudes);
    else if (tag === 10) message.readPackedVarint(result.tags);
  }, dense);
  let [id, latitude, longitude, at] = [0, 0, 0, 0];
  for (const [index, difference] of dense.ids.entries()) {
    id += difference;
    latitude += dense.latitudes[index] ?? Number.NaN;
    longitude += dense.longitudes[index] ?? Number.NaN;
    const [keys, values]: [number[], number[]] = [[], []];
    for (; at < dense.tags.length && dense.tags[at] !== 0; at += 2) {
      keys.push(dense.tags[at]!);
      values.push(dense.tags[at + 1] ?? 0);
    }
    at += 1;
    visitor.node(id, latitude, longitude, keys.length > 0 ? strings.tags(keys, values) : undefined);
  }
}

function visitWay(pbf: PbfReader, strings: StringTable, visitor: ElementVisitor): void {
  const way = { id: 0, keys: [] as number[], values: [] as number[], nodes: [] as number[] };
  pbf.readMessage((tag, result, message) => {
    if (tag === 1) result.id = message.readVarint(true);
    else if (tag === 2) message.readPackedVarint(result.keys);
    else if (tag === 3) message.readPackedVarint(result.values);
    else if (tag === 8) message.readPackedSVarint(result.nodes);
  }, way);
  if (way.keys.length === 0) return;
  let id = 0;
  for (const [index, difference] of way.nodes.entries()) {
    id += difference;
    way.nodes[index] = id;
  }
  visitor.way(way.id, way.nodes, strings.tags(way.keys, way.values));
}
