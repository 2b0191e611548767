import { fold } from "../text/tokens.ts";

/**
 * Whether a text names no place but says "here", "at home" or nothing at all ("null", "string"): it is then as if it had
 * been left out. Only the whole text counts: "Home, Washington" is a town, "Hotel Central" may be one, "MIA" is an airport.
 */
export function saysHere(text: string): boolean {
  const words = fold(text).match(WORDS);
  if (!words) return true;
  if (AIRPORT_CODE.test(text)) return false;
  const phrase = words.join(" ");
  if (PHRASES.has(phrase) || UNSPACED_HERE.test(words.join(""))) return true;
  if (words.length === 1) return HERE.has(phrase);
  return SENTENCES.some(
    ({ telling, other }) =>
      words.some((word) => telling.has(word)) &&
      words.every((word) => telling.has(word) || other.has(word)),
  );
}

const AIRPORT_CODE = /^\s*[A-Z]{3}\s*$/;
const WORDS = /[\p{L}\p{N}\p{M}]+/gu;

/** What says it in one word. */
const HERE = new Set(
  `here nearby local locally anywhere everywhere somewhere whereabouts surroundings vicinity home homes hometown
hier daheim zuhause umgebung standort heimat ici proximite alentours environs aqui aca perto cerca alrededores proximidades arredores ubicacion
qui qua vicino vicinanze dintorni thuis buurt har narheten naerheten hemma hjemme her tutaj poblizu zde tady itt kozelben kornyek otthon aici apropiere
burada buraya buralarda yakinimda yakinlarda konumum здесь тут поблизости неподалеку рядом дома поруч поблизу наблизо ovde ovdje blizu
εδω κοντα هنا موقعي اینجا כאן פה בסביבה यहां यहाँ आसपास এখানে disini terdekat hapa nyumbani taalla tassa lahella siin`
    .split(/\s/)
    .map(fold),
);

/** The languages' words for here: several of these and little words only, in any order, are no place. */
const SENTENCES = [
  // English: "near me", "my current location", "around here", "where I am right now", "the user's position".
  [
    "here me nearby my mine user users your current location locations position whereabouts local locally home homes hometown somewhere anywhere everywhere surroundings vicinity",
    "near close by around to at from in of i am s m im are the this that is it we where right now present gps address area place spot point neighborhood neighbourhood city town house hotel office work workplace apartment flat room street coordinates device phone default live exact within walking distance located currently our us",
  ],
  [
    "hier nahe naehe daheim ich zuhause hause meiner meine mein meinem meinen mich mir umgebung umkreis standort derzeitiger aktueller aktuellen",
    "in der die das dem den bei zu um herum von wo da bin gerade jetzt position ort stadt hotel wohnung haus arbeit aktuelle derzeitige im am an",
  ],
  [
    "ici moi proximite autour position localisation emplacement environs alentours chez maison domicile actuelle",
    "pres de d a la le les du dans par ma mon mes lieu ou je suis nous hotel travail bureau ville quartier coin",
  ],
  [
    "aqui aca cerca ubicacion posicion proximidades alrededores actual casa",
    "de en por la el los mi mis mio mia lugar sitio alrededor donde estoy hotel trabajo ciudad zona barrio desde",
  ],
  [
    "aqui perto mim minha localizacao posicao proximo proximidades arredores atual casa",
    "de em por a o da do na no meu local onde estou hotel trabalho cidade zona bairro redor ao",
  ],
  [
    "qui qua vicino vicinanze posizione dintorni attuale casa",
    "a di da in nelle nei me mia mio luogo dove sono hotel lavoro zona citta la il mie miei intorno",
  ],
  [
    "hier mij buurt omgeving mijn locatie positie thuis huidige",
    "in de het bij rond om plek waar ik ben hotel werk huis van dichtbij",
  ],
  [
    "har narheten naerheten mig meg min mitt hemma hjemme nuvaerende nuvarande navaerende",
    "i naer nara av den plats position posisjon placering sted omkring jag jeg er ar hotell hotel arbete",
  ],
  [
    "tutaj poblizu mnie moja moim domu lokalizacja obecna",
    "w blisko kolo obok moj tu pozycja gdzie jestem hotel hotelu pracy miejsce",
  ],
  [
    "zde tady blizko okoli mne moje moji doma poloha aktualni",
    "v u me tu misto kde jsem hotel praci tady",
  ],
  [
    "itt kozelemben kornyeken jelenlegi otthon itthon",
    "a az en helyem helyzetem hol vagyok szalloda",
  ],
  [
    "aici apropiere mine mea acasa curenta",
    "in de langa la locatia pozitia unde sunt hotelul meu apropierea",
  ],
  [
    "burada buraya yakinimda yakininda yakinlarda buralarda konumum evim evde bulundugum",
    "benim mevcut su an anki yer yakin en otelim otel",
  ],
  [
    "здесь тут рядом меня мои моя дом мной мое моего мне поблизости неподалеку дома текущее",
    "со от около возле местоположение место где я нахожусь отель отеле нахождения сеичас",
  ],
  ["тут поруч мною біля мене поблизу вдома", "зі моє місце де я знаходжусь поточне розташування"],
  ["тук наблизо мен", "до около моето местоположение"],
  ["ovde ovdje blizini blizu mene ovdi", "u moja lokacija"],
  ["εδω κοντα μου τρεχουσα", "σε τοποθεσια θεση η σπιτι"],
  ["هنا بالقرب مني قربي موقعي حولي منزلي بيتي", "من في الحالي قريب موقع البيت"],
  ["اینجا نزدیک اطراف من خانه", "در موقعیت مکان فعلی به"],
  ["כאן פה לידי קרוב אלי אליי בסביבה שלי בבית", "המיקום הנוכחי מיקום ליד אני"],
  ["यहां यहाँ मेरे पास आसपास नजदीक मेरा मेरी घर", "के की का में वर्तमान स्थान लोकेशन होटल"],
  ["এখানে আমার কাছে কাছাকাছি", "বর্তমান অবস্থান"],
  ["day gan toi nha", "o dia diem vi tri cua hien tai quanh tai"],
  [
    "sini dekat disini saya terdekat sekitar sekitarku rumah",
    "di ke lokasi posisi tempat ini hotel sekarang",
  ],
  ["hapa karibu nami nyumbani", "na mahali pangu nilipo"],
  ["taalla tassa lahella lahistolla kotona minua sijaintini", "nykyinen minun"],
  ["siin lahedal minu", "asukoht asukohas"],
  ["cia salia arti netoli mano", "vieta"],
  ["seit tuvuma", "mana atrasanas vieta"],
].map(([telling = "", other = ""]) => ({
  telling: new Set(telling.split(" ").map(fold)),
  other: new Set(other.split(" ").map(fold)),
}));

/** As they stand, without their gaps. */
const UNSPACED_HERE = new RegExp(
  `^(?:${[
    "(?:私|わたし|自分|僕|俺|いま|今|現在|この|の|いる)*(?:ここ|こちら|此処|現在地|現在位置|場所|近く|付近|周辺|辺|辺り|あたり|へん|近所|最寄り|最寄|位置|居場所|自宅|家|ホテル|職場)(?:の|に|で|近く|周辺|付近|あたり)*",
    "(?:我|我们|我們|用户|使用者|当前|當前|目前|现在|現在|这|這|的|在|所在)*(?:这里|這裡|这儿|這兒|此处|此處|附近|周边|周邊|周围|周圍|旁边|旁邊|身边|身邊|位置|地点|地點|地方|所在地|家|家里|酒店|公司)(?:的|附近|周边)*",
    "(?:내|나의|제|우리|현재|이)*(?:여기|근처|주변|위치|현위치|장소|집|호텔|가까운곳)(?:에서|에|의|근처|주변)*",
    "(?:แถว|ใกล้|อยู่)*(?:ที่นี่|ตรงนี้|นี้|ฉัน|ผม|บ้าน|ตำแหน่งปัจจุบัน|ตำแหน่งของฉัน|ใกล้เคียง)+",
  ].join("|")})$`,
  "u",
);

/** What stands where a place was not told: by programs, by forms, by models. */
const PHRASES = new Set(
  `null|none|nil|nan|undefined|unknown|unspecified|not specified|not provided|not given|not known|not available|not set|no location|no place
n a|na|tbd|todo|empty|blank|missing|default|auto|automatic|detect|auto detect|any|any place|where i am|where am i|where we are|where am i now|all|everywhere|string|str|text|value|example|placeholder
true|false|yes|no|0|1|test|testing|foo|user|the user|me|you|person|client|place|place name|a place|the place|some place|city|town|city name|town name|name|address|location|a location|locality
near|nearby|close|close by|closest|nearest|around|work|office|school|hotel room|the office|the hotel|the house|at work|at the hotel|in the car|my car|my place
arbeit|buero|auf arbeit|bei der arbeit|travail|bureau|trabajo|trabalho|lavoro|ufficio|unbekannt|inconnu|desconocido|desconhecido|sconosciuto|onbekend|неизвестно|不明|未知|알 수 없음
wo bin ich|ou suis je|donde estoy|onde estou|dove sono|waar ben ik|gdzie jestem|kde jsem|hol vagyok|unde sunt|neredeyim|var ar jag|hvor er jeg|missa olen
где я|где я сейчас|где я нахожусь|де я|къде съм|που ειμαι|أين أنا|איפה אני|मैं कहाँ हूँ|dimana saya|toi o dau|ここはどこ|我在哪|我在哪里|我在哪裡|나 어디야
ueberall|irgendwo|irgendwo hier|partout|nulle part|en cualquier lugar|ovunque|overal|везде|где угодно|どこでも|任何地方|随便`
    .split(/[|\n]/)
    .map(fold),
);
