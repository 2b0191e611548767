import { describe, expect, it } from "vitest";
import { openRows } from "../../../src/formats/open-rows.ts";
import { encode } from "../../support/encode.ts";
import { readAll, streamOf } from "../../support/rows.ts";

const table = (names: readonly string[]) =>
  `name,lat,lon\n${names.map((name, index) => `${name},4${index}.5,2.${index}\n`).join("")}`;

const namesOf = (rows: readonly { readonly fields: Record<string, unknown> }[]) =>
  rows.map(({ fields }) => fields.name);

describe("the encoding of a few names is found out", () => {
  it.each<[encoding: string, ...names: string[]]>([
    ["shift_jis", "喫茶さくら", "中央郵便局", "ラーメン横丁"],
    ["euc-jp", "喫茶さくら", "中央郵便局", "ラーメン横丁"],
    ["shift_jis", "東京国立博物館", "浅草寺"],
    ["gb18030", "人民公园", "和平饭店", "城隍庙小吃店"],
    ["big5", "士林夜市", "永康牛肉麵店", "臺北車站"],
    ["euc-kr", "남대문시장", "명동성당", "부산역"],
    ["windows-1250", "Gęsia Szyja", "Pod Żółtą Łódką", "Księgarnia Świat"],
    ["windows-1250", "Náměstí Míru", "Řeznictví u Dvořáků", "Pivovar Plzeň"],
    ["windows-1250", "Tűzoltó utcai étterem", "Győri pékség", "Fűszeres bolt"],
    ["windows-1250", "Šešir", "Pekara Đurđevac", "Čakovečki most"],
    ["iso-8859-2", "Źródło", "Świątynia pod Gęsią", "Księgarnia"],
    ["windows-1251", "Третьяковская галерея", "Чайхана"],
    ["windows-1251", "Площа Ринок", "Київська їдальня"],
    ["koi8-u", "Третьяковская галерея", "Чайхана"],
    ["ibm866", "Третьяковская галерея", "Чайхана"],
    ["windows-1252", "Café Müller", "Crêperie Bretonne", "Señor Pez", "Ærø Færge"],
    ["windows-1252", "Joe’s “Corner” – Bar", "Café Olé"],
    ["windows-1253", "Ταβέρνα Ο Ψαράς", "Φαρμακείο"],
    ["windows-1254", "Çiçek Pasajı", "Şişli Kütüphanesi", "Beyoğlu"],
    ["windows-1255", "בית קפה", "שוק הכרמל"],
    ["windows-1256", "مطعم الشام", "صيدلية النور"],
    ["windows-1257", "Šiaulių turgus", "Vilniaus rotušė", "Ąžuolų aikštė"],
    [
      "windows-1258",
      "Ch\u01a1\u0323 \u0110\u00e2\u0300m",
      "\u0110\u01b0\u01a1\u0300ng L\u00ea L\u01a1\u0323i",
    ],
    ["windows-874", "ร้านอาหารไทย", "วัดโพธิ์"],
  ])("%s: %s", async (encoding, ...names) => {
    const { format, rows } = await readAll(encode(table(names), encoding));
    expect(namesOf(rows)).toEqual(names);
    expect(format).toBe(`CSV, ${encoding}`);
  });

  it.each(["utf-16le", "utf-16be"])("%s without a mark", async (encoding) => {
    const text = table(["東京国立博物館", "浅草寺"]);
    const bytes = new Uint8Array(text.length * 2);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < text.length; at += 1) {
      view.setUint16(at * 2, text.charCodeAt(at), encoding === "utf-16le");
    }
    const { format, rows } = await readAll(bytes);
    expect([format, namesOf(rows)]).toEqual([`CSV, ${encoding}`, ["東京国立博物館", "浅草寺"]]);
  });

  it("by a single letter in a long English text", async () => {
    const names = [...Array(60).fill("The Old Brewery Tap and Garden"), "La Mère Poulard"];
    const { format, rows } = await readAll(encode(table(names), "windows-1252"));
    expect([format, namesOf(rows).at(-1)]).toEqual(["CSV, windows-1252", "La Mère Poulard"]);
  });

  it("and UTF-8 stays UTF-8 with a broken byte in it", async () => {
    const bytes = new TextEncoder().encode(table(["Łódź", "東京", "Чайхана", "Caf?"]));
    const { format, rows } = await readAll(bytes.map((byte) => (byte === 63 ? 0xe9 : byte)));
    expect([format, namesOf(rows)]).toEqual(["CSV", ["Łódź", "東京", "Чайхана", "Caf\ufffd"]]);
  });
});

describe("an encoding that is not sure", () => {
  const bytes = encode(table(["Plzeň"]), "windows-1250");

  it("is asked for", async () => {
    await expect(readAll(bytes)).rejects.toThrow(
      /not sure.*windows-1252 \("Plzeò"\).*windows-1250 \("Plzeň"\).*--encoding/,
    );
  });

  it("may be said, by any of its names", async () => {
    const { rows, format } = await openRows(streamOf(bytes), { encoding: "cp1250" });
    for await (const { fields } of rows) expect(fields.name).toBe("Plzeň");
    expect(format()).toBe("CSV, windows-1250");
  });

  it("and nonsense in every encoding is refused", async () => {
    const noise = Uint8Array.from({ length: 400 }, (_, at) => 0x80 + ((at * 89) % 128));
    await expect(readAll(noise)).rejects.toThrow("Save it as UTF-8");
  });

  it.each(["klingon", "iso-2022-jp"])("cannot be %s", async (encoding) => {
    await expect(openRows(streamOf(bytes), { encoding })).rejects.toThrow("We read utf-8");
  });
});
