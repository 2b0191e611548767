import { boundedText, cleanText } from "../text/plain-text.ts";
import { fold } from "../text/tokens.ts";
import type { PlaceRecord } from "./place.ts";

/** How a visitor gets to a place, or in touch with it. */
export interface Contact {
  /** In one line, as it is written in the place's country. */
  readonly address?: string;
  readonly phone?: string;
  readonly website?: string;
}

const MOST_ADDRESS = 200;
const MOST_PHONE = 60;
const MOST_WEBSITE = 200;

type Part = "address" | "street" | "number" | "postcode" | "city" | "phone" | "website";

/** What the attributes are called, the surest first; without case and signs, and without what stands before them. */
const NAMES: Readonly<Record<Part, string>> = {
  address:
    "address fulladdress formattedaddress addressfull addrfull streetaddress address1 addressline1 adresse anschrift direccion indirizzo endereco adres adresa 住所 地址 주소 адрес",
  street:
    "addrstreet street streetname addrplace strasse straße rue calle via rua straat ulica улица",
  number: "addrhousenumber housenumber streetnumber hausnummer huisnummer civico",
  postcode:
    "addrpostcode postcode postalcode postal zip zipcode plz codepostal codigopostal cep cap 郵便番号",
  city: "addrcity city town",
  phone: "phone telephone tel phonenumber telefon telefono telefone telefoon mobile 電話番号 电话",
  website: "website url web homepage homelink websiteurl webseite siteweb sitioweb sitoweb",
};

const PARTS = new Map(
  Object.entries(NAMES).flatMap(([part, names]) =>
    names.split(" ").map((name, rank) => [name, { part: part as Part, rank }] as const),
  ),
);

const BEFORE =
  /^(?:(?:contact|properties|location|address|store|shop)[:.]|(?:contact|store|shop)_)/;

/** What of a record's contact an attribute has, if any. */
function partOf(attribute: string): { part: Part; rank: number } | undefined {
  const key = attribute.toLowerCase().replace(BEFORE, "");
  return PARTS.get(key.replace(/[^\p{L}\p{N}]/gu, ""));
}

/** Whether an attribute is one that a contact is made of. */
export function isOfContact(attribute: string): boolean {
  return partOf(attribute) !== undefined;
}

/** What the attributes of a record tell of how to get there. */
export function contactOf({
  attributes = {},
  city,
  region,
  country,
}: Pick<PlaceRecord, "attributes" | "city" | "region" | "country">): Contact {
  const found: Partial<Record<Part, { text: string; rank: number }>> = {};
  for (const [name, value] of Object.entries(attributes)) {
    const known = partOf(name);
    const text = typeof value === "boolean" ? "" : cleanText(String(value));
    if (!known || !text || known.rank >= (found[known.part]?.rank ?? Infinity)) continue;
    found[known.part] = { text, rank: known.rank };
  }
  const text = (part: Part) => found[part]?.text;
  const street = streetLine(text("street"), text("number"), country);
  const town = { city: city ?? text("city"), postcode: text("postcode"), region, country };
  const whole = text("address");
  const address = whole ? completed(whole, town) : street && withTown(street, town);
  const phone = text("phone");
  const website = websiteOf(text("website"));
  return {
    ...(address && { address: boundedText(address, MOST_ADDRESS) }),
    ...(phone && /\d{3}|\d\D+\d\D+\d/.test(phone) && { phone: boundedText(phone, MOST_PHONE) }),
    ...(website && { website }),
  };
}

/** A contact as a row of the index has it: a JSON list of address, phone and website; null if there is none. */
export function writeContact({ address, phone, website }: Contact): string | null {
  if (!address && !phone && !website) return null;
  return JSON.stringify([address ?? null, phone ?? null, website ?? null]);
}

/** Reads what `writeContact` wrote. */
export function readContact(text: string | null): Contact {
  const [address, phone, website] = JSON.parse(text ?? "[]") as (string | null | undefined)[];
  return { ...(address && { address }), ...(phone && { phone }), ...(website && { website }) };
}

/** Where the number comes before the street, and the town before its postal code. */
const NUMBER_FIRST = new Set(
  "US CA GB IE AU NZ FR LU MC ZA IN SG MY PH TH HK IL KE NG GH EG PK LK".split(" "),
);
const CODE_LAST = new Set("US CA GB IE AU NZ ZA IN SG MY PH TH HK KE NG GH EG PK LK".split(" "));
/** Where the state stands between them. */
const WITH_REGION = new Set("US CA AU".split(" "));

function streetLine(
  street: string | undefined,
  number: string | undefined,
  country: string | undefined,
): string | undefined {
  if (!street || !number) return street;
  return country && NUMBER_FIRST.has(country) ? `${number} ${street}` : `${street} ${number}`;
}

interface Town {
  readonly city?: string | undefined;
  readonly postcode?: string | undefined;
  readonly region?: string | undefined;
  readonly country?: string | undefined;
}

/** What is called an address may be whole, or a street only. */
function completed(address: string, { city, postcode, ...rest }: Town): string {
  const text = fold(address);
  if (postcode && hasWords(text, fold(postcode))) return address;
  // "Reading Road" is not yet in Reading.
  const behindStreet = text.slice(text.indexOf(",") + 1 || text.length);
  const isThere = city && (hasWords(behindStreet, fold(city)) || text.endsWith(` ${fold(city)}`));
  return withTown(address, { city: isThere ? undefined : city, postcode, ...rest });
}

function hasWords(text: string, words: string): boolean {
  const at = text.indexOf(words);
  const around = `${text[at - 1] ?? " "}${text[at + words.length] ?? " "}`;
  return at >= 0 && !/[\p{L}\p{N}]/u.test(around);
}

function withTown(street: string, { city, postcode, region, country = "" }: Town): string {
  if (!CODE_LAST.has(country)) return joined(", ", street, joined(" ", postcode, city));
  const state = WITH_REGION.has(country) && city !== region ? region : undefined;
  return city && state
    ? joined(", ", street, city, joined(" ", state, postcode))
    : joined(", ", street, joined(" ", city, postcode));
}

function joined(separator: string, ...parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join(separator);
}

/** The address of a web page, and nothing else that a link could be. */
function websiteOf(text: string | undefined): string | undefined {
  const [first = ""] = text?.split(/[;\s]/) ?? [];
  const url = URL.parse(/^[a-z][\w+.-]*:\/\//i.test(first) ? first : `https://${first}`);
  const isPage = url && /^https?:$/.test(url.protocol) && /\.[\p{L}\w-]{2,}$/u.test(url.hostname);
  return isPage && !url.username && first.length <= MOST_WEBSITE ? first : undefined;
}
