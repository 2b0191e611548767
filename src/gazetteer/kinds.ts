import { fold } from "../text/tokens.ts";

/** The kinds that a text may name besides the place. What it names binds: "Gare du Nord" is a station. */
export type NamedKind = "airport" | "station" | "town";

/** The categories of each kind; and of what a part of a name may mean if the text names no kind. */
export const KIND_CATEGORIES = {
  airport: ["aeroway"],
  station: ["railway", "public_transport"],
  "known airport": ["aeroway/aerodrome/large", "aeroway/aerodrome/medium"],
  town: ["place"],
  landmark: [
    "place",
    "railway",
    "public_transport",
    "aeroway/aerodrome/large",
    "aeroway/aerodrome/medium",
    "landuse/harbour",
    "tourism",
    "historic",
    "natural",
    "leisure/park",
  ],
} as const satisfies Readonly<Record<NamedKind | "known airport" | "landmark", readonly string[]>>;

const WORDS = {
  airport: `airport airports airfield aeroport aeroports aeropuerto aeropuertos aeroporto aeroporti flughafen luchthaven
    lotnisko aerodrom letiste repuloter havalimani havaalani аэропорт аэропорты аеропорт летище lufthavn flygplats flyplass
    lentoasema lentokentta αεροδρομιο bandara bandar מטאר מטוס مطار فرودگاه`,
  station: `station railway train gare bf bahnhof hbf estacion stazione estacao вокзал вокзала станция dworzec nadrazi
    palyaudvar gara togstasjon jarnvagsstation asema rautatieasema istasyonu gari σταθμος stasiun محطة`,
  town: `city town village zip postcode plz stadt ville ciudad citta cidade город center centre centro central downtown
    zentrum innenstadt stadtmitte stadtzentrum altstadt centrum centrumi sentrum keskusta srodmiescie центр center-ville
    area region metro metropolitan greater umgebung umland surroundings environs merkez merkezi pusat storico historique historico
    old proper kota cbd municipality gemeinde commune comune municipio`,
} as const satisfies Readonly<Record<NamedKind, string>>;

export const KIND_WORDS: ReadonlyMap<string, NamedKind> = new Map(
  (["town", "station", "airport"] as const).flatMap((kind) =>
    WORDS[kind].split(/\s+/).map((word): [string, NamedKind] => [fold(word), kind]),
  ),
);
/** Behind a name these are a part of it: "Grand Central", "Milano Centrale". */
export const LEADING_ONLY: ReadonlySet<string> = new Set(["central", "greater", "old", "kota"]);

/** Words that stand between a kind and a name, or around them: "gare de Lyon", "the city of London". */
export const LINKS: ReadonlySet<string> = new Set(
  "of the de du des d la le l del di da do von van international intl code postal und and".split(
    " ",
  ),
);

/** Alone before a name these are part of it: "La Paz", "The Hague". */
export const ARTICLES: ReadonlySet<string> = new Set(
  "the der die das la l le les el a o i no na de du des d di da do dos del al m au en em u o v w y ik je".split(
    " ",
  ),
);

/** What may stand before a name: "near Lyon", "I'm in Madrid", "in der Nähe von Bremen". */
export const LEADING_WORDS: ReadonlySet<string> = new Set(
  `near nearby in at around by close next to i im m am we are re is somewhere someplace from outside of the within
  bei nahe naehe um rund herum der die das in von ich bin irgendwo umgebung
  pres proche de du des d autour aux alentours environs a au vers dans les suis je
  en cerca del de alrededor alrededores estoy proximo perto da do em no na dos estou redor
  vicino al alla nei pressi di dintorni sono nabij bij het buurt omgeving van rond ik ben
  nara nar i narheten av naer omkring blisko w poblizu kolo okolice okolicach u blizko okolo poblizko
  г возле около рядом с в во недалеко от у под біля поруч yakininda dekat di sekitar gan o tai
  κοντα στη στην στο قرب في بالقرب من ליד ב`
    .split(/\s+/)
    .map(fold),
);

/** Kinds, and words for "around", at the end of a name in a script without spaces. */
export const UNSPACED_KINDS: readonly (readonly [RegExp, NamedKind | undefined])[] = [
  [/(?:国際空港|國際機場|国际机场|國際空港|空港|국제공항|공항|机场|機場)$/, "airport"],
  [/(?:火车站|火車站|地铁站|駅|역|站|车站|車站)$/, "station"],
  [/(?:の?近く|の?周辺|付近|附近|周边|周邊|市中心|市内|근처|주변|시내)$/, undefined],
  [/(?:市|区|區|특별시|광역시|시|都|府|県|省)$/, "town"],
];

/** What streets are called: a part of an address that has one is no town. */
const STREET_WORD =
  /^(?:street|st|str|road|rd|avenue|ave|av|avda|lane|ln|drive|dr|boulevard|blvd|bd|bvd|court|ct|square|sq|terrace|highway|hwy|parkway|pkwy|place|plaza|pl|platz|allee|weg|gasse|ring|ufer|damm|rue|quai|impasse|chemin|allees?|route|cours|calle|c|paseo|carrer|camino|rua|travessa|largo|avenida|via|viale|piazza|corso|largo|vicolo|straat|laan|gracht|kade|plein|gatan|vagen|gade|vej|gate|veien|ulica|ul|aleja|al|plac|namesti|utca|ut|strada|bulevardul|calea|ulitsa|улица|ул|проспект|пр|площадь|пл|переулок|вулиця|вул|οδος|sokak|caddesi|cad|sok|jalan|jl|duong|pho|شارع|רחוב)$/;
const STREET_ENDING =
  /(?:strasse|str|platz|allee|weg|gasse|ufer|damm|straat|laan|gracht|kade|plein|gatan|vagen|gade|vej|gata|katu|tie|utca)$/;

/** Whether a word says that it stands in the name of a street. */
export function isStreetWord(word: string): boolean {
  return STREET_WORD.test(word) || (word.length > 6 && STREET_ENDING.test(word));
}

/** How people shorten names, and what they mean. */
export const ABBREVIATIONS: readonly (readonly [RegExp, string])[] = [
  [/(?<!\p{L})a\.\s?M(?:\.|(?!\p{L}))/gu, "am Main"],
  [/(?<!\p{L})a\.\s?Rh\./gu, "am Rhein"],
  [/(?<!\p{L})a\.\s?d\.\s/gu, "an der "],
  [/(?<!\p{L})o\.\s?d\.\s/gu, "ob der "],
  [/(?<!\p{L})i\.\s?Br\./gu, "im Breisgau"],
  [/(?<!\p{L})v\.\s?d\.\s?H\./gu, "vor der Höhe"],
  [/(?<!\p{L})sta\b\.?(?=\s)/giu, "Santa"],
  [/(?<!\p{L})sto\b\.?(?=\s)/giu, "Santo"],
  [/(?<!\p{L})pt\b\.?(?=\s)/giu, "Port"],
  [/(?<!\p{L})pto\b\.?(?=\s)/giu, "Puerto"],
  [/(?<!\p{L})hts\b\.?/giu, "Heights"],
  [/(?<!\p{L})spgs\b\.?/giu, "Springs"],
  [/(?<!\p{L})jct\b\.?/giu, "Junction"],
  [/(?<=\S\s)international(?=\s|$)/giu, ""],
  [/hlavn[ií] n[aá]dra[zž][ií]/giu, "hl.n."],
  [/^\s*n\b\.?(?=\s)/giu, "North"],
  [/^\s*s\b\.?(?=\s)/giu, "South"],
  [/^\s*e\b\.?(?=\s)/giu, "East"],
  [/^\s*w\b\.?(?=\s)/giu, "West"],
];
/** "U.S.A.", "L.A.", "D. C." */
export const INITIALS = /(?<![\p{L}.])(?:\p{L}\.\s?){2,}(?!\p{L}\.)/gu;

/** What is larger than any country. */
export const WORLD: ReadonlySet<string> = new Set(
  `europe|europa|европа|ヨーロッパ|欧洲|歐洲|유럽|أوروبا|asia|asien|asie|азия|アジア|亚洲|亞洲|아시아|africa|afrika|afrique|африка|アフリカ|非洲
north america|nordamerika|south america|suedamerika|sudamerika|america|amerika|latin america|oceania|ozeanien|antarctica|antarktis|middle east|scandinavia
world|the world|whole world|earth|planet earth|the earth|globe|worldwide|global|welt|monde|le monde|mundo|el mundo|mondo|мир|земля|世界|地球|세계|العالم
universe|space|moon|the moon|mars|eu|european union|uno`
    .split(/[|\n]/)
    .map(fold),
);
