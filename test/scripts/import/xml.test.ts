import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { readElements, type XmlElement } from "../../../scripts/import/xml/elements.ts";
import { CallerError } from "../../../src/errors.ts";
import type { PlaceRecord } from "../../../src/records/place.ts";
import { openPlaces } from "../../support/open-places.ts";

const KML = `<?xml version="1.0" encoding="UTF-8"?>
<!-- <Placemark> made by hand -->
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">
<Document>
  <name>A town</name>
  <Style id="s"><IconStyle><Icon><href>a.png</href></Icon></IconStyle></Style>
  <Folder><name>Food &amp; drink</name>
    <Placemark id="p1">
      <name>Café Mühle</name><visibility>0</visibility><styleUrl>#s</styleUrl>
      <description><![CDATA[<b>Good</b> coffee<br>&amp; cake </Placemark>]]></description>
      <ExtendedData>
        <Data name="phone"><value>+49 30 1</value></Data>
        <SchemaData schemaUrl="#x"><SimpleData name="amenity">cafe</SimpleData></SchemaData>
      </ExtendedData>
      <Point><coordinates> 13.41,52.52,34 </coordinates></Point>
    </Placemark>
    <Folder/>
    <Folder><name><![CDATA[Bars]]></name>
      <Placemark id="p2"><name>Eck</name><Style><LineStyle><color>ff0000ff</color></LineStyle></Style>
        <ExtendedData><Data name="amenity"><value>bar</value></Data></ExtendedData>
        <Point><coordinates>13.42,52.53</coordinates></Point></Placemark>
    </Folder>
  </Folder>
  <GroundOverlay><name>Picture</name><LatLonBox><north>1</north><south>0</south><east>1</east><west>0</west></LatLonBox></GroundOverlay>
  <Placemark><name>Park</name><Polygon><outerBoundaryIs><LinearRing><coordinates>
    13,52 13.2,52 13.2,52.2 13,52.2 13,52</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
  <Placemark><name>Way</name><LineString><coordinates>13,52 13,52.5 13,53</coordinates></LineString></Placemark>
  <Placemark><name>Campus</name><MultiGeometry><Point><coordinates>13.5,52.5</coordinates></Point>
    <LineString><coordinates>14,53 14,54</coordinates></LineString></MultiGeometry></Placemark>
  <Placemark><name>Walk</name><gx:Track><when>2026-01-01</when><when>2026-01-01</when>
    <gx:coord>13 52 1</gx:coord><gx:coord>13 52.5 1</gx:coord></gx:Track></Placemark>
  <Placemark><name>Nowhere</name></Placemark>
  <Placemark><name>Broken</nam></Placemark>
  <NetworkLink><name>More</name><Link><href>https://example.org/?a=1&amp;b=2</href></Link></NetworkLink>
</Document>
</kml>
`;

const shown = ({ name, latitude, longitude }: PlaceRecord) => [name, latitude, longitude];

it("reads KML, with its data, folders and shapes", async () => {
  const { format, records, problems } = await openPlaces(KML);
  expect(format).toBe("KML");
  expect(records.map(shown)).toEqual([
    ["Café Mühle", 52.52, 13.41],
    ["Eck", 52.53, 13.42],
    ["Park", 52.1, 13.1],
    ["Way", 52.5, 13],
    ["Campus", 52.5, 13.5],
    ["Walk", 52.25, 13],
  ]);
  expect(records.slice(0, 2).map(({ category }) => category)).toEqual([
    "amenity/cafe",
    "amenity/bar",
  ]);
  expect(records[0]!.attributes).toEqual({
    amenity: "cafe",
    phone: "+49 30 1",
    description: "Good coffee & cake",
    folder: "Food & drink",
    id: "p1",
  });
  expect(records[1]!.attributes).toEqual({ amenity: "bar", folder: "Bars", id: "p2" });
  expect(records[2]!.attributes).toBeUndefined();
  expect(problems).toEqual([
    [32, "has no geometry"],
    [33, "is no valid XML"],
    [34, "only links to another file: import that, https://example.org/?a=1&b=2"],
  ]);
});

const GPX = `<?xml version="1.0"?>
<gpx version="1.1" creator="me" xmlns="http://www.topografix.com/GPX/1/1">
  <metadata><name>Holiday</name><link href="https://example.org/a>b"/></metadata>
  <wpt lat="46.5" lon="8.01"><ele>2000</ele><name>Hut</name><desc>Opens in June</desc><sym>Bar</sym></wpt>
  <wpt lat="46.6" lon="8.02"><name>Spring</name><sym>Drinking Water</sym><type>Cafe</type><link href="https://example.org"><text>more</text></link></wpt>
  <wpt lat="46.7" lon="8.03"/>
  <rte><name>Round</name><rtept lat="46" lon="8"/><rtept lat="46" lon="9"/></rte>
  <rte><rtept lat="46" lon="8"><name>Start</name></rtept><rtept lat="46" lon="9"><name>End</name></rtept></rte>
  <trk><name>Climb</name><type>hiking</type>
    <trkseg><trkpt lat="46" lon="8"><time>2026-01-01T00:00:00Z</time></trkpt><trkpt lat="47" lon="8"><time>2026-01-01T01:00:00Z</time></trkpt></trkseg>
  </trk>
  <trk><name>One point</name><trkseg><trkpt lat="46" lon="8"/></trkseg></trk>
</gpx>`;

it("reads GPX: waypoints, routes and tracks", async () => {
  const { format, records, problems } = await openPlaces(GPX);
  expect(format).toBe("GPX");
  expect(records.map((one) => [...shown(one), one.category])).toEqual([
    ["Hut", 46.5, 8.01, "amenity/bar"],
    ["Spring", 46.6, 8.02, "amenity/cafe"],
    ["Round", 46, 8.5, "uncategorized"],
    ["Climb", 46.5, 8, "hiking"],
  ]);
  expect(records[0]!.attributes).toMatchObject({ desc: "Opens in June" });
  expect(records[3]!.attributes).toEqual({ gpx: "trk" });
  expect(problems).toEqual([
    [6, "has no name"],
    [8, "has no name"],
    [12, "has no geometry"],
  ]);
});

const place = (name: string, prefix = "") =>
  `<${prefix}Placemark><${prefix}name>${name}</${prefix}name><${prefix}Point><${prefix}coordinates>2,48</${prefix}coordinates></${prefix}Point></${prefix}Placemark>`;
const kml = (content: string, before = "") => `${before}<kml>${content}</kml>`;
const latin = (encoding: string) =>
  Buffer.from(kml(place("Caf\xe9"), `<?xml version='1.0' encoding='${encoding}'?>`), "latin1");

it.each<[what: string, content: string | Uint8Array, name: string, format?: string]>([
  ["packed with gzip", gzipSync(kml(place("A"))), "A", "KML, gzip"],
  ["in the encoding that it says", latin("ISO-8859-1"), "Café", "KML, windows-1252"],
  ["in UTF-16", Buffer.from(`\ufeff${kml(place("Łódź"))}`, "utf16le"), "Łódź", "KML, utf-16le"],
  [
    "in UTF-8, with a mark and whatever it says",
    `\ufeff${kml(place("Łódź"), '<?xml version="1.0" encoding="UTF-16"?>')}`,
    "Łódź",
  ],
  [
    "with a prefix",
    `<k:kml xmlns:k="http://earth.google.com/kml/2.1">${place("A", "k:")}</k:kml>`,
    "A",
  ],
  ["with prefixes that nobody declares", kml(place('A</name><gx:x b:c="1">2</gx:x><name>')), "A"],
  ["with entities of HTML", kml(place("A & B &nbsp; &#67;&amp;")), "A & B &nbsp; C&"],
  [
    "with declarations within",
    kml(`<Document xmlns:gx="http://www.google.com/kml/ext/2.2">${place("A")}</Document>`),
    "A",
  ],
  [
    "behind comments and instructions",
    kml(place("A"), "<?xml version='1.0'?><!-- <gpx> -->\n<?a b?><!---->"),
    "A",
  ],
])("reads a file %s", async (_, content, name, format = "KML") => {
  const read = await openPlaces(content);
  expect([read.format, read.records.map((one) => one.name)]).toEqual([format, [name]]);
});

const ENTITIES = `<!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>`;

it.each([
  ["DOCTYPE", kml(place("&b;"), ENTITIES)],
  ["DOCTYPE", kml(place("A"), `<?xml version="1.0"?><!DOCTYPE kml SYSTEM "file:///etc/passwd">`)],
  ["ends in the middle", KML.slice(0, -20)],
  ["ends in the middle", GPX.slice(0, 500)],
  ["XML or HTML", "<!DOCTYPE html><html><body><kml></kml></body></html>"],
  ["XML or HTML", "<osm version='0.6'><node id='1' lat='1' lon='2'/></osm>"],
  ["no encoding", kml(place("A"), `<?xml version="1.0" encoding="ebcdic"?>`)],
])("refuses with %s", async (reason, content) => {
  const error = await openPlaces(content).catch((error) => error);
  expect(error).toBeInstanceOf(CallerError);
  expect(error.message).toContain(reason);
});

it("tells every fault of a broken file in our own words", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(KML, GPX),
      fc.nat(KML.length),
      fc.constantFrom("", "<", ">", '"', "&", "]]>", "<!--", "</Folder>", "<a:b>", "\0", "é"),
      async (good, at, piece) => {
        const broken = good.slice(0, at) + piece + good.slice(at + 1);
        await openPlaces(broken).catch((error) => expect(error).toBeInstanceOf(CallerError));
      },
    ),
    { seed: 12, numRuns: 100 },
  );
  const deep = ["<MultiGeometry>", "</MultiGeometry>"].map((tag) => tag.repeat(20_000)).join("");
  const { records, problems } = await openPlaces(
    kml(`${place("A")}<Placemark><name>B</name>${deep}</Placemark>`),
  );
  expect([records.length, problems.length]).toEqual([1, 1]);
});

async function elements(chunks: Iterable<Uint8Array>, root: string, names: readonly string[]) {
  async function* bytes() {
    yield* chunks;
  }
  const all: XmlElement[] = [];
  for await (const element of readElements(bytes(), root, names)) all.push(element);
  return all;
}

function* cut(bytes: Uint8Array, length: number) {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

it("finds the same elements in chunks of any size", async () => {
  const padded = Buffer.from(KML.replaceAll("\n", `\n${" ".repeat(400)}`));
  const whole = await elements([padded], "kml", ["Placemark"]);
  expect(whole).toHaveLength(8);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 3_000 }), async (length) => {
      expect(await elements(cut(padded, length), "kml", ["Placemark"])).toEqual(whole);
    }),
    { seed: 11, numRuns: 20 },
  );
});

it("holds no more of a document than an element", async () => {
  const megabyte = Buffer.alloc(1024 * 1024, " \n");
  function* content() {
    yield Buffer.from("<kml><!--");
    for (let k = 0; k < 20; k += 1) yield megabyte;
    yield Buffer.from(`-->${place("A")}<Placemark><name>`);
    for (let k = 0; k < 20; k += 1) yield megabyte;
    yield Buffer.from(`</name></Placemark>${place("B")}</kml>`);
  }
  const all = await elements(content(), "kml", ["Placemark"]);
  const lines = 20 * 512 * 1024;
  expect(all).toEqual([
    { line: 1 + lines, folder: "", xml: place("A") },
    { line: 1 + lines, folder: "" },
    { line: 1 + 2 * lines, folder: "", xml: place("B") },
  ]);
});
