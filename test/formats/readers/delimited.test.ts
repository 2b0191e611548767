import { describe, expect, it } from "vitest";
import { MOST_ROW_BYTES } from "../../../src/formats/readers/row.ts";
import { gzipped, readAll } from "../../support/rows.ts";

const fieldsOf = async (content: string | Uint8Array, chunk?: number) =>
  (await readAll(content, chunk)).rows.map(({ fields, problem }) => problem ?? { ...fields });

describe("the dialect", () => {
  it.each([
    ["commas", "CSV", "name,lat,lon\nA,1.5,2.5\n"],
    ["semicolons and decimal commas", "CSV with ;", "name;lat;lon\nA;1,5;2,5\n"],
    ["tabs", "TSV", "name\tlat\tlon\nA\t1.5\t2.5\n"],
    ["bars", "CSV with |", "name|lat|lon\nA|1.5|2.5\n"],
    ["what Excel says", "CSV with ;", "sep=;\r\nname;lat;lon\r\nA;1,5;2,5\r\n"],
  ])("is found: %s", async (_, format, text) => {
    const read = await readAll(text);
    expect(read.format).toBe(format);
    expect(read.rows).toHaveLength(1);
    expect(read.rows[0]!.fields).toMatchObject({ name: "A" });
  });

  it.each([
    ["a year as a column", "name,lat,lon,2024\nA,1.5,2.5,7\n"],
    ["a title", "Shops of 2026\n\nname,lat,lon,2024\nA,1.5,2.5,7\n"],
    [
      "titles as wide as the table",
      'Shops of 2026,,,\n"As of ""May""",,,\nname,lat,lon,2024\nA,1.5,2.5,7\n',
    ],
    ["a title with a stray quote", 'Shops "2026\nname,lat,lon,2024\nA,1.5,2.5,7\n'],
    ["comments", "# of a survey\n# by us\nname,lat,lon,2024\nA,1.5,2.5,7\n"],
    ["returns alone", "name,lat,lon,2024\rA,1.5,2.5,7\r"],
    ["nulls of SQL", "name,lat,lon,2024,note\nA,1.5,2.5,7,\\N\n"],
  ])("has the header where it is, with %s", async (_, text) => {
    for (const chunk of [1, 9, 1000]) {
      expect(await fieldsOf(text, chunk)).toEqual([
        { name: "A", lat: "1.5", lon: "2.5", 2024: "7" },
      ]);
    }
  });

  it("escapes with backslashes where more lines are whole so", async () => {
    const mysql = 'name,lat,lon\n"A \\"B\\", C",1,2\n"D",3,4\n';
    expect(await fieldsOf(mysql)).toMatchObject([{ name: 'A "B", C' }, { name: "D" }]);
    const windows = 'name,lat,lon\n"C:\\A\\",1,2\n"D ""x""",3,4\n';
    expect(await fieldsOf(windows)).toMatchObject([{ name: "C:\\A\\" }, { name: 'D "x"' }]);
  });

  it("needs no header", async () => {
    const { format, rows } = await readAll("A,48.1,2.3\nB,48.2,2.4\n");
    expect(format).toBe("CSV without header");
    expect(rows.map(({ fields }) => ({ ...fields }))).toEqual([
      { 1: "A", 2: "48.1", 3: "2.3" },
      { 1: "B", 2: "48.2", 3: "2.4" },
    ]);
  });

  it("gives columns without a name, or with a second one's, a name of their own", async () => {
    expect(await fieldsOf("a,a,,__proto__\n1,2,3,4\n")).toEqual([
      Object.fromEntries([
        ["a", "1"],
        ["a_2", "2"],
        ["column_3", "3"],
        ["__proto__", "4"],
      ]),
    ]);
  });

  it("takes the dumps of GeoNames by their shape", async () => {
    const place =
      "2988507\tParis\tParis\tLutetia,Paname\t48.85341\t2.3488\tP\tPPLC\tFR\t\t11\t75\t751\t75056\t2138551\t\t42\tEurope/Paris\t2024-01-01\n";
    const postal = "FR\t75001\tParis 01\tIDF\t11\tParis\t75\tParis\t751\t48.8592\t2.3417\t5\n";
    expect((await readAll(place)).format).toBe("GeoNames dump");
    expect((await readAll(postal)).format).toBe("GeoNames postal codes");
    expect((await readAll(postal)).rows[0]!.fields).toMatchObject({ postal_code: "75001" });
  });
});

describe("the encoding", () => {
  const text = "name;lat;lon\nCafé Müßig;1,5;2,5\n";
  const utf16 = (mark: string, isBig: boolean) => {
    const bytes = new Uint8Array(2 * (text.length + mark.length));
    const view = new DataView(bytes.buffer);
    [...(mark + text)].forEach((sign, index) => {
      view.setUint16(2 * index, sign.charCodeAt(0), !isBig);
    });
    return bytes;
  };

  it.each<[string, string, Uint8Array]>([
    ["UTF-8", "CSV with ;", new TextEncoder().encode(text)],
    ["UTF-8 with a mark", "CSV with ;", new TextEncoder().encode(`\ufeff${text}`)],
    ["UTF-16, little end first", "CSV with ;, utf-16le", utf16("\ufeff", false)],
    ["UTF-16, big end first", "CSV with ;, utf-16be", utf16("\ufeff", true)],
    ["UTF-16 without a mark", "CSV with ;, utf-16le", utf16("", false)],
    [
      "windows-1252",
      "CSV with ;, windows-1252",
      Uint8Array.from(text, (sign) => sign.charCodeAt(0)),
    ],
  ])("is found: %s", async (_, format, bytes) => {
    for (const chunk of [1, 7, 1000]) {
      const read = await readAll(bytes, chunk);
      expect(read.format).toBe(format);
      expect({ ...read.rows[0]!.fields }).toEqual({ name: "Café Müßig", lat: "1,5", lon: "2,5" });
    }
  });

  it("is UTF-8 with a broken sign, not windows-1252, where more is whole", async () => {
    const bytes = new TextEncoder().encode("name,lat,lon\nCafé,1,2\nMüller,1,2\nX?,1,2\n");
    bytes[bytes.indexOf(63)] = 0xff;
    expect(await fieldsOf(bytes)).toMatchObject([
      { name: "Café" },
      { name: "Müller" },
      { name: "X\ufffd" },
    ]);
  });

  it("is found in gzip, too", async () => {
    expect((await readAll(await gzipped(text))).format).toBe("CSV with ;, gzip");
  });
});

describe("rows", () => {
  it("may have quotes, line ends and delimiters in them, and know their line", async () => {
    const text = 'name,lat,lon\r\n"A ""B"", C\nD",1,2\r\n\r\nE,3,4';
    for (const chunk of [1, 3, 64]) {
      const { rows } = await readAll(text, chunk);
      expect(rows.map(({ line, fields }) => [line, fields.name])).toEqual([
        [2, 'A "B", C\nD'],
        [5, "E"],
      ]);
    }
  });

  it("have quotation marks as letters where they are no quotes", async () => {
    expect(await fieldsOf('name,lat,lon\n12" Pizza,1,2\nJoe "The Boss" Bar,3,4\n')).toMatchObject([
      { name: '12" Pizza' },
      { name: 'Joe "The Boss" Bar' },
    ]);
    expect(await fieldsOf('name\tlat\tlon\n"Le Bar\t1\t2\nB\t3\t4\n')).toMatchObject([
      { name: '"Le Bar' },
      { name: "B" },
    ]);
  });

  it("are lost alone when a quote is not closed", async () => {
    const text = 'name,lat,lon\nA,1,2\n"B,3,4\nC,5,6\n"D",7,8\nE,9,10\n';
    for (const chunk of [1, 16, 1000]) {
      const { rows } = await readAll(text, chunk);
      expect(rows.map(({ line, fields, problem }) => [line, problem ?? fields.name])).toEqual([
        [2, "A"],
        [3, expect.stringContaining("quot")],
        [4, "C"],
        [5, "D"],
        [6, "E"],
      ]);
    }
    const last = await readAll('name,lat,lon\nA,1,2\n"B,3,4\nC,5,6');
    expect(last.rows.map(({ problem, fields }) => problem ?? fields.name)).toEqual([
      "A",
      "opens a quote that nothing closes",
      "C",
    ]);
  });

  it("with more fields than the header are told, those with fewer are taken", async () => {
    expect(await fieldsOf("name,lat,lon\nA,1,2,x\nB,1\nC,1,2,,\n")).toEqual([
      "has 4 fields where the header has 3",
      { name: "B", lat: "1" },
      { name: "C", lat: "1", lon: "2" },
    ]);
  });

  it("that are too long are told and passed over", async () => {
    const long = "x".repeat(MOST_ROW_BYTES + 10);
    const text = `name,lat,lon\nA,1,2\n${long},3,4\nB,5,6\n`;
    const { rows } = await readAll(text, 64 * 1024);
    expect(rows.map(({ line, fields, problem }) => [line, problem ?? fields.name])).toEqual([
      [2, "A"],
      [3, "longer than 4 MiB"],
      [4, "B"],
    ]);
  });

  it("may have a hundred thousand columns", async () => {
    const columns = Array.from({ length: 100_000 }, (_, index) => `c${index}`);
    const { rows } = await readAll(`${columns.join(",")}\n${columns.join(",")}\n`, 64 * 1024);
    expect(Object.keys(rows[0]!.fields)).toHaveLength(100_000);
  });
});
