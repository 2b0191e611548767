import { gpx, kml } from "@tmcw/togeojson";
import { DOMParser, type Document } from "@xmldom/xmldom";
import { CallerError } from "../../../src/errors.ts";
import type { Bytes } from "../../../src/formats/bytes/byte-stream.ts";
import { representativePoint } from "../../../src/formats/geometry/representative-point.ts";
import type { OtherText } from "../../../src/formats/open-rows.ts";
import { emptyFields, type Fields, faultyRow, type Row } from "../../../src/formats/readers/row.ts";
import { MOST_ELEMENT_LENGTH, readElements, type XmlElement } from "./elements.ts";

const LINK = "NetworkLink";
/** What these documents have places in, or a link to them. */
const PLACES = { kml: ["Placemark", LINK], gpx: ["wpt", "rte", "trk"] } as const;
type Root = keyof typeof PLACES;

/** A document's root, with the tag that begins it. */
interface Opened {
  readonly root: Root;
  readonly tag: string;
}

const BYTE_ORDER_MARK = /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/;
const BEFORE_ROOT =
  /^\s*(?:<\?(?:(?!\?>).)*\?>\s*|<!--(?:(?!-->).)*-->\s*|<!DOCTYPE(?:[^<>[]|\[[^\]]*\])*>\s*)*/s;
const ROOT = /^<(?:[\w.-]+:)?(kml|gpx)(?=[\s>])(?:[^<>"']|"[^"]*"|'[^']*')*>/;
const ENCODING = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/;

/**
 * KML and GPX by the first bytes of a file. Undefined for anything else.
 *
 * @throws CallerError for a document that may define entities of its own: a short text may stand for gigabytes
 */
export function xmlReader(head: Uint8Array): OtherText | undefined {
  const text = Buffer.from(head)
    .toString("latin1")
    .replaceAll("\0", "")
    .replace(BYTE_ORDER_MARK, "");
  const before = BEFORE_ROOT.exec(text)![0];
  const [tag, root] = ROOT.exec(text.slice(before.length)) ?? [];
  if (!tag || !root) return undefined;
  if (before.includes("<!DOCTYPE")) {
    throw new CallerError("This file has a DOCTYPE, which we do not follow: take it out.");
  }
  const opened = { root: root as Root, tag };
  const encoding = ENCODING.exec(text)?.[1];
  return {
    label: root.toUpperCase(),
    // Whether it is UTF-8 or UTF-16 is seen better than said.
    encoding: encoding && /^utf/i.test(encoding) ? undefined : encoding,
    read: (bytes) => readXml(bytes, opened),
  };
}

async function* readXml(bytes: Bytes, opened: Opened): AsyncGenerator<Row> {
  for await (const element of readElements(bytes, opened.root, PLACES[opened.root])) {
    yield rowOf(element, opened);
  }
}

/** Of the many points of a track, only where they are counts. */
const TRACK_POINT = /<((trkpt|rtept)\s[^<>]*[^<>/])>(?:(?!<\/?\2[\s>]).)*<\/\2\s*>/gs;

function rowOf(element: XmlElement, { root, tag }: Opened): Row {
  const { line, xml, folder } = element;
  if (xml === undefined) {
    return faultyRow(line, `longer than ${MOST_ELEMENT_LENGTH / 1024 / 1024} million characters`);
  }
  const places = xml.replace(TRACK_POINT, "<$1/>");
  const understood = understand(`<Folder>${folder}${places}</Folder>`, { root, tag });
  if (!understood) return faultyRow(line, "is no valid XML");
  const { document, feature } = understood;
  const textOf = (name: string) => document.getElementsByTagName(name)[0]?.textContent?.trim();
  if (textOf(LINK) !== undefined) {
    return faultyRow(line, `only links to another file: import that, ${textOf("href")}`);
  }
  const fields = fieldsOf(feature?.properties ?? {});
  if (feature?.id !== undefined && !("id" in fields)) fields.id = feature.id;
  if (folder) fields.folder ??= textOf("name");
  const point = representativePoint(feature?.geometry);
  return point ? { line, fields, point } : { ...faultyRow(line, "has no geometry"), fields };
}

/** Undefined for what is not well-formed, or nested so deeply that the engine cannot follow. */
function understand(xml: string, opened: Opened) {
  try {
    const document = parsed(xml, opened);
    const { features } = opened.root === "kml" ? kml(withoutLooks(document)) : gpx(document);
    return { document, feature: features[0] };
  } catch {
    return undefined;
  }
}

/** Elements in their root, with the namespaces that the root has. */
function parsed(xml: string, { root, tag }: Opened): Document {
  const own = /^<([\w.-]+):/.exec(tag)?.[1];
  const text = own ? xml.replaceAll(`<${own}:`, "<").replaceAll(`</${own}:`, "</") : xml;
  const attributes = tag.slice(1 + (own ? own.length + 1 : 0) + root.length, -1);
  // Those that what is between declares, or nobody.
  const missing = prefixesOf(text).filter((prefix) => !tag.includes(`xmlns:${prefix}=`));
  const declared = missing.map((prefix) => ` xmlns:${prefix}="${prefix}"`).join("");
  // Without this, what is only a bit wrong is told on the console.
  const parser = new DOMParser({ onError: () => {} });
  return parser.parseFromString(`<${root}${attributes}${declared}>${text}</${root}>`, "text/xml");
}

function prefixesOf(xml: string): string[] {
  const found = xml.matchAll(/<([A-Za-z_][\w.-]*):|\s([A-Za-z_][\w.-]*):[\w.-]+\s*=\s*["']/g);
  const prefixes = new Set(Array.from(found, ([, element, attribute]) => element ?? attribute!));
  return [...prefixes].filter((prefix) => !/^xml/i.test(prefix));
}

/** How a place is drawn, and whether, says nothing of it. */
const LOOKS = ["Style", "StyleMap", "styleUrl", "visibility", "open", "LookAt", "Camera", "Region"];

function withoutLooks(document: Document): Document {
  for (const name of LOOKS) {
    for (const element of Array.from(document.getElementsByTagName(name))) {
      element.parentNode?.removeChild(element);
    }
  }
  return document;
}

function fieldsOf(properties: Readonly<Record<string, unknown>>): Fields {
  // A track in KML has the times of all its points.
  const { coordinateProperties, _gpxType, description, sym, ...others } = properties;
  const { value = description } = Object(description) as { value?: unknown };
  return Object.assign(
    emptyFields(),
    // Of a waypoint, the symbol on the map tells the kind where nothing else does.
    sym !== undefined && { sym, type: sym },
    others,
    typeof value === "string" && { description: withoutTags(value) },
    _gpxType !== undefined && { gpx: _gpxType },
  );
}

/** The words of a description in HTML. */
function withoutTags(html: string): string {
  return html
    .replace(/<[a-z/!][^<>]*>/gi, " ")
    .replaceAll("&nbsp;", " ")
    .replaceAll("&amp;", "&")
    .trim();
}
