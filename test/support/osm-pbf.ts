import { deflateSync } from "node:zlib";
import { PbfWriter } from "pbf";

export interface TestNode {
  readonly id: number;
  readonly latitude: number;
  readonly longitude: number;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface TestWay {
  readonly id: number;
  readonly nodes: readonly number[];
  readonly tags?: Readonly<Record<string, string>>;
}

/** An OpenStreetMap PBF file: each list of nodes or ways is a block, nodes dense or one by one. */
export function osmPbf(
  ...blocks: readonly {
    nodes?: readonly TestNode[];
    ways?: readonly TestWay[];
    isDense?: boolean;
  }[]
): Uint8Array {
  const header = message((pbf) => {
    for (const feature of ["OsmSchema-V0.6", "DenseNodes"]) pbf.writeStringField(4, feature);
  });
  return Buffer.concat([
    blob("OSMHeader", header),
    ...blocks.map((each) => blob("OSMData", dataBlock(each))),
  ]);
}

function message(write: (pbf: PbfWriter) => void): Uint8Array {
  const pbf = new PbfWriter();
  write(pbf);
  return pbf.finish();
}

export function blob(type: string, content: Uint8Array): Uint8Array {
  const data = message((pbf) => {
    pbf.writeVarintField(2, content.length);
    pbf.writeBytesField(3, deflateSync(content));
  });
  const header = message((pbf) => {
    pbf.writeStringField(1, type);
    pbf.writeVarintField(3, data.length);
  });
  const length = Buffer.alloc(4);
  length.writeUInt32BE(header.length);
  return Buffer.concat([length, header, data]);
}

function dataBlock({
  nodes = [],
  ways = [],
  isDense = true,
}: {
  nodes?: readonly TestNode[];
  ways?: readonly TestWay[];
  isDense?: boolean;
}) {
  const strings = [""];
  const indexOf = (text: string) => {
    if (!strings.includes(text)) strings.push(text);
    return strings.indexOf(text);
  };
  const keysOf = ({ tags = {} }: TestNode | TestWay) => Object.keys(tags).map(indexOf);
  const valuesOf = ({ tags = {} }: TestNode | TestWay) => Object.values(tags).map(indexOf);
  const units = (degrees: number) => Math.round(degrees * 1e7);
  const differences = (values: readonly number[]) =>
    values.map((value, index) => value - (values[index - 1] ?? 0));

  const group = message((pbf) => {
    if (isDense && nodes.length > 0) {
      const tags = nodes.flatMap((node) => {
        const values = valuesOf(node);
        return [...keysOf(node).flatMap((key, index) => [key, values[index]!]), 0];
      });
      pbf.writeBytesField(
        2,
        message((dense) => {
          dense.writePackedSVarint(1, differences(nodes.map(({ id }) => id)));
          dense.writePackedSVarint(8, differences(nodes.map(({ latitude }) => units(latitude))));
          dense.writePackedSVarint(9, differences(nodes.map(({ longitude }) => units(longitude))));
          dense.writePackedVarint(10, tags);
        }),
      );
    }
    for (const node of isDense ? [] : nodes) {
      pbf.writeBytesField(
        1,
        message((one) => {
          one.writeSVarintField(1, node.id);
          one.writePackedVarint(2, keysOf(node));
          one.writePackedVarint(3, valuesOf(node));
          one.writeSVarintField(8, units(node.latitude));
          one.writeSVarintField(9, units(node.longitude));
        }),
      );
    }
    for (const way of ways) {
      pbf.writeBytesField(
        3,
        message((one) => {
          one.writeVarintField(1, way.id);
          one.writePackedVarint(2, keysOf(way));
          one.writePackedVarint(3, valuesOf(way));
          one.writePackedSVarint(8, differences(way.nodes));
        }),
      );
    }
  });
  const table = message((pbf) => {
    for (const text of strings) pbf.writeStringField(1, text);
  });
  return message((pbf) => {
    pbf.writeBytesField(1, table);
    pbf.writeBytesField(2, group);
  });
}
