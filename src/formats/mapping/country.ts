/** The languages in which country names are known. */
const LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "ja", "zh"];

let codesByName: Map<string, string> | undefined;

/** The ISO 3166-1 alpha-2 code of a code or a country's name; undefined if it is neither. */
export function countryCode(text: string): string | undefined {
  const code = text.toUpperCase();
  if (/^[A-Z]{2}$/.test(code)) return code;
  codesByName ??= namesOfCountries();
  return codesByName.get(text.toLowerCase());
}

function namesOfCountries(): Map<string, string> {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const pairs = letters.flatMap((first) => letters.map((second) => first + second));
  // DD is canonically DE.
  const codes = pairs.filter((code) => new Intl.Locale(`und-${code}`).region === code);
  const names = new Map<string, string>();
  for (const language of LANGUAGES) {
    const regions = new Intl.DisplayNames(language, { type: "region", fallback: "none" });
    for (const code of codes) {
      const name = regions.of(code)?.toLowerCase();
      if (name && !names.has(name)) names.set(name, code);
    }
  }
  return names;
}
