/** Forms of the phrases that name categories. */

const BRACKETS = /\s*(\([^)]*\)|（[^）]*）|\[[^\]]*\])/g;
const SEPARATORS = /\s*[/／,，、・;]\s*/;

/** "Bus Station / Terminal" → "Bus Station", "Terminal"; "レストラン（中華）" → "レストラン". */
export function parts(text: string): string[] {
  return text.replace(BRACKETS, "").split(SEPARATORS).map(tidy).filter(isPhrase);
}

/** Without quotes and final dots. */
function tidy(text: string): string {
  return text
    .normalize("NFC")
    .replace(/["“”„«»]/g, "")
    .replace(/[\s.…*]+$/, "")
    .trim();
}

/** Long enough to mean something, and no whole sentence; a single sign may be a word in Chinese. */
function isPhrase(text: string): boolean {
  if (text.length > 40 || /[[\]]|^[\d\s]*$/.test(text)) return false;
  return text.length > 2 || /\p{Lo}/u.test(text);
}

/** An English phrase in the plural. */
export function plural(text: string): string {
  if (/[^a-z]$| to /i.test(text)) return text;
  if (/[^aeiou]y$/i.test(text)) return `${text.slice(0, -1)}ies`;
  if (/(ss|x|ch|sh)$/i.test(text)) return `${text}es`;
  return /s$/i.test(text) ? text : `${text}s`;
}

const GENERIC_END = / (Grounds|Counter|Store|Shop|Restaurant|Fast Food|Lot|Court|Field|Pitch)$/;
const GENERIC_START = /^(Craft|Christian|Muslim|Jewish|Hindu|Buddhist|Sikh|Shinto|Taoist) /;

/** "School Grounds" → "School", "Schools"; "Craft Brewery" → "Brewery", "Breweries". */
export function englishCores(text: string): string[] {
  const core = text.replace(GENERIC_END, "").replace(GENERIC_START, "");
  return core === text ? [] : [core, plural(core)];
}

/** What sells it: "bike" → "bike shop", "bike shops", "bike store", "bike stores". */
export function shopsOf(text: string): string[] {
  if (/\b(?:shops?|stores?|market|mall|outlet)$/i.test(text)) return [];
  return ["shop", "store"].flatMap((shop) => [`${text} ${shop}`, plural(`${text} ${shop}`)]);
}
