import { shifted } from "./decimal.ts";

const NUMBER = /^-?\d+e-?\d+$/;

/** Powers of ten as words. Not "billion": it is 10⁹ in English and 10¹² in German, and both write it so. */
const SCALES = spelled({
  3: "thousand tausend тысяча тысячи тысяч тыс الف 千",
  4: "万 萬 만",
  6: "million millions millionen mio millon millones milione milioni milhao milhoes miljoen миллион миллиона миллионов млн مليون 百万",
  8: "亿 億 억",
  9: "milliard milliards milliarde milliarden mrd miliardo miliardi miljard миллиард миллиарда миллиардов млрд مليار",
});

/** Units by their spellings, folded; with the power of ten that leads to the one they are counted in. */
const UNITS = new Map(
  Object.entries({
    "m -3": "mm millimeter millimeters millimetre millimetres",
    "m -2":
      "cm centimeter centimeters centimetre centimetres zentimeter centimetro centimetros 厘米 センチ",
    "m 0":
      "m meter meters metre metres metro metros metri метр метра метров متر 米 メートル めーとる",
    "m 3":
      "km kilometer kilometers kilometre kilometres kilometern kilometro kilometros quilometro quilometros chilometro chilometri км километр километра километров كم كيلومتر 公里 千米 きろめーとる",
    "mi 0": "mi mile miles meile meilen milla millas",
    "ft 0": "ft foot feet",
    "in 0": "inch inches zoll",
    "g -3": "mg milligram milligrams milligramm",
    "g 0": "g gram grams gramm gramme grammes gramo gramos 克",
    "g 3":
      "kg kilo kilos kilogram kilograms kilogramm kilogramme kilogrammes kilogramo kilogramos кг 公斤 千克 きろぐらむ",
    "l -3": "ml milliliter milliliters millilitre millilitres",
    "l 0": "l liter liters litre litres litro litros 升 りっとる",
    "s 0": "second seconds sekunde sekunden seconde secondes segundo segundos 秒",
    "min 0": "min minute minutes minuten minuto minutos 分钟 分鐘 分間",
    "h 0":
      "h hr hrs hour hours stunde stunden heure heures hora horas ora ore час часа часов 小时 小時 時間",
    "d 0": "day days tag tage tagen jour jours dia dias giorno giorni 天 日間",
    "y 0": "year years jahr jahre jahren an ans annee annees ano anos anni 年間",
    "% 0": "% percent prozent pourcent",
    "km/h 0": "kmh kph",
    "°c 0": "celsius",
    "€ 0": "€ eur euro euros 欧元 ユーロ ゆーろ",
    "$ 0": "$ dollar dollars",
    "£ 0": "£ gbp",
    "¥ 0": "¥ 円",
  }).flatMap(([unit, spellings]) => spellings.split(" ").map((one) => [one, unit] as const)),
);

/** What several words or signs spell. */
const SPELLINGS: readonly (readonly [readonly string[], string])[] = [
  [["°", "c", "↑"], "celsius"],
  [["°", "c"], "celsius"],
  [["degrees", "celsius"], "celsius"],
  [["grad", "celsius"], "celsius"],
  [["degres", "celsius"], "celsius"],
  [["km", "/", "h"], "kmh"],
  [["per", "cent"], "%"],
  [["pour", "cent"], "%"],
  [["por", "ciento"], "%"],
];

/**
 * An amount in one spelling: a number, maybe with a scale and a unit, and nothing else. "5 km" is 5,000 metres and "1.5 million"
 * 1,500,000; a number without a unit is another amount than one with it. Undefined for other words.
 */
export function amountOf(words: readonly string[]): string | undefined {
  // "$5"
  const [first = "", ...others] = words;
  const ordered = /^[€$£¥]$/.test(first) ? [...others, first] : words;
  const [number = "", ...rest] = ordered;
  if (!NUMBER.test(number)) return undefined;
  const scale = SCALES.get(rest[0] ?? "");
  const [spelling, ...more] = joined(scale === undefined ? rest : rest.slice(1));
  const [unit = "", places = "0"] =
    spelling === undefined ? [] : (UNITS.get(spelling) ?? "?").split(" ");
  if (unit === "?" || more.length > 0) return undefined;
  return `${shifted(number, Number(scale ?? 0) + Number(places))} ${unit}`.trim();
}

function joined(words: readonly string[]): readonly string[] {
  const [, spelling] = SPELLINGS.find(([parts]) => parts.join(" ") === words.join(" ")) ?? [];
  return spelling === undefined ? words : [spelling];
}

function spelled(scales: Readonly<Record<number, string>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(scales).flatMap(([places, spellings]) =>
      spellings.split(" ").map((one) => [one, places] as const),
    ),
  );
}
