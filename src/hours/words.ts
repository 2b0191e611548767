import type { Holiday, OpenState, SunEvent } from "./grammar.ts";

/** What a word stands for in opening hours. */
export type Word =
  /** 0 is Sunday. */
  | { readonly type: "weekday"; readonly weekday: number }
  /** 0 is January. */
  | { readonly type: "month"; readonly month: number }
  | { readonly type: "holiday"; readonly holiday: Holiday }
  | { readonly type: "event"; readonly event: SunEvent }
  | { readonly type: "state"; readonly state: OpenState }
  | TimeWord
  | { readonly type: "easter" | "week" | "day" | "-" | "," };

/** Noon and midnight: as times that are written with am or pm, of which it is clear which half of the day is meant. */
interface TimeWord {
  readonly type: "time";
  readonly minutes: number;
  readonly isHalfDay: true;
  readonly isShort: false;
}

/** The words of a language by spelling, folded; some stand for several ("daily"), some for nothing ("from"). */
export type Vocabulary = ReadonlyMap<string, readonly Word[]>;

/** Lists of spellings, without accents. */
interface Language {
  /** From Sunday. */
  readonly weekdays: readonly string[];
  /** From January. */
  readonly months?: readonly string[];
  readonly to?: string;
  readonly and?: string;
  readonly open?: string;
  readonly closed?: string;
  readonly daily?: string;
  /** Monday to Friday. */
  readonly weekday?: string;
  readonly weekend?: string;
  readonly holiday?: string;
  readonly noon?: string;
  readonly midnight?: string;
  /** What says nothing by itself. */
  readonly filler?: string;
}

const ENGLISH: Language = {
  weekdays: [
    "su sun sunday sundays",
    "m mo mon monday mondays",
    "t tu tue tues tuesday tuesdays",
    "w we wed weds wednesday wednesdays",
    "th thu thur thurs thursday thursdays",
    "f fr fri friday fridays",
    "sa sat saturday saturdays",
  ],
  months: [
    "jan january",
    "feb february",
    "mar march",
    "apr april",
    "may",
    "jun june",
    "jul july",
    "aug august",
    "sep sept september",
    "oct october",
    "nov november",
    "dec december",
  ],
  to: "to thru through until till til",
  and: "and",
  open: "open opens",
  closed: "off closed close closes",
  daily: "daily everyday",
  weekday: "weekday weekdays",
  weekend: "weekend weekends",
  holiday: "ph holiday holidays",
  noon: "noon midday",
  midnight: "midnight",
  filler: "from on oclock",
};

const GERMAN: Language = {
  weekdays: [
    "so sonntag sonntags",
    "mo montag montags",
    "di dienstag dienstags",
    "mi mittwoch mittwochs",
    "do donnerstag donnerstags",
    "fr freitag freitags",
    "sa samstag samstags sonnabend sonnabends",
  ],
  months: [
    "januar",
    "februar",
    "marz",
    "",
    "mai",
    "juni",
    "juli",
    "",
    "",
    "okt oktober",
    "",
    "dez dezember",
  ],
  to: "bis",
  and: "und sowie",
  open: "geoffnet offen",
  closed: "geschlossen ruhetag",
  daily: "taglich",
  weekday: "wochentags",
  weekend: "wochenende wochenenden",
  holiday: "feiertag feiertage feiertags feiertagen",
  noon: "mittag mittags",
  midnight: "mitternacht",
  filler: "von vom uhr an am jeweils",
};

/** Of words that mean different days in several of them, a text has to tell the language by its other words. */
const OTHERS: readonly Language[] = [
  // French
  {
    weekdays: [
      "d di dim dimanche dimanches",
      "l lu lun lundi lundis",
      "ma mar mardi mardis",
      "me mer mercredi mercredis",
      "j je jeu jeudi jeudis",
      "v ve ven vendredi vendredis",
      "s sa sam samedi samedis",
    ],
    months: [
      "janv janvier",
      "fev fevr fevrier",
      "mars",
      "avr avril",
      "mai",
      "juin",
      "juil juillet",
      "aout",
      "septembre",
      "octobre",
      "novembre",
      "decembre",
    ],
    to: "a au jusqu",
    and: "et",
    open: "ouvert ouverte ouverts",
    closed: "ferme fermee fermes fermeture",
    daily: "quotidiennement",
    holiday: "ferie feries",
    noon: "midi",
    midnight: "minuit",
    filler: "de du le les des la en jours jour",
  },
  // Spanish
  {
    weekdays: [
      "d do dom domingo domingos",
      "l lu lun lunes",
      "ma mar martes",
      "x mi mie mier miercoles",
      "j ju jue jueves",
      "v vi vie viernes",
      "s sa sab sabado sabados",
    ],
    months: [
      "ene enero",
      "febrero",
      "marzo",
      "abr abril",
      "mayo",
      "junio",
      "julio",
      "ago agosto",
      "septiembre setiembre",
      "octubre",
      "noviembre",
      "dic diciembre",
    ],
    to: "a al hasta",
    and: "y e",
    open: "abierto abierta abre",
    closed: "cerrado cerrada cerramos cierra",
    daily: "diario diariamente",
    holiday: "festivo festivos feriado feriados",
    noon: "mediodia",
    midnight: "medianoche",
    filler: "de del desde los las el la horas hrs",
  },
  // Italian
  {
    weekdays: [
      "d do dom domenica domeniche",
      "l lu lun lunedi",
      "ma mar martedi",
      "me mer mercoledi",
      "g gi gio giovedi",
      "v ve ven venerdi",
      "s sa sab sabato",
    ],
    months: [
      "gen gennaio",
      "febbraio",
      "marzo",
      "aprile",
      "mag maggio",
      "giu giugno",
      "lug luglio",
      "ago agosto",
      "settembre",
      "ott ottobre",
      "novembre",
      "dic dicembre",
    ],
    to: "a al alle fino",
    and: "e ed",
    open: "aperto aperta",
    closed: "chiuso chiusa chiusi",
    daily: "quotidianamente",
    noon: "mezzogiorno",
    midnight: "mezzanotte",
    filler: "da dal dalle dalla il la ore",
  },
  // Portuguese
  {
    weekdays: [
      "d dom domingo domingos",
      "seg segunda segundas",
      "ter terca tercas",
      "qua quarta quartas",
      "qui quinta quintas",
      "sex sexta sextas",
      "sab sabado sabados",
    ],
    to: "a as ate",
    and: "e",
    open: "aberto aberta",
    closed: "fechado fechada encerrado encerrada",
    daily: "diariamente",
    holiday: "feriado feriados",
    noon: "meiodia",
    midnight: "meianoite",
    filler: "de da das dos",
  },
  // Dutch
  {
    weekdays: [
      "zo zon zondag zondags",
      "ma maa maandag maandags",
      "di din dinsdag dinsdags",
      "wo woe woensdag woensdags",
      "do don donderdag donderdags",
      "vr vrij vrijdag vrijdags",
      "za zat zaterdag zaterdags",
    ],
    months: [
      "januari",
      "februari",
      "mrt maart",
      "",
      "mei",
      "juni",
      "juli",
      "augustus",
      "",
      "okt oktober",
      "",
      "",
    ],
    to: "tot tm",
    and: "en",
    open: "geopend",
    closed: "gesloten dicht",
    daily: "dagelijks",
    weekday: "doordeweeks werkdagen",
    holiday: "feestdagen",
    midnight: "middernacht",
    filler: "van vanaf uur op",
  },
  // Polish
  {
    weekdays: [
      "nd nie ndz niedz niedziela niedziele niedzieli",
      "pn pon poniedzialek poniedzialki poniedzialku",
      "wt wto wtorek wtorki wtorku",
      "sr sro sroda srody srode",
      "cz czw czwartek czwartki czwartku",
      "pt pia piatek piatki piatku",
      "so sb sob sobota soboty sobote",
    ],
    to: "do",
    and: "i oraz",
    open: "otwarte otwarty czynne czynny",
    closed: "zamkniete zamkniety nieczynne nieczynny",
    daily: "codziennie",
    weekend: "weekendy",
    holiday: "swieta",
    noon: "poludnie poludnia",
    midnight: "polnoc polnocy",
    filler: "od godz godziny godzina w",
  },
  // Russian, and Ukrainian in short
  {
    weekdays: [
      "вс вск воскресенье воскресенья нд",
      "пн пон понедельник понедельника",
      "вт вторник вторника",
      "ср среда среды среду",
      "чт четверг четверга",
      "пт пятница пятницы пятницу",
      "сб суббота субботы субботу",
    ],
    months: [
      "янв январь января",
      "фев февраль февраля",
      "мар март марта",
      "апр апрель апреля",
      "маи мая",
      "июн июнь июня",
      "июл июль июля",
      "авг август августа",
      "сен сентябрь сентября",
      "окт октябрь октября",
      "ноя ноябрь ноября",
      "дек декабрь декабря",
    ],
    to: "по до",
    and: "и",
    open: "открыто открыт работает",
    closed: "закрыто закрыт выходнои",
    daily: "ежедневно",
    weekday: "будни будням",
    holiday: "праздники праздничные",
    noon: "полдень полудня",
    midnight: "полночь полуночи",
    filler: "с со в",
  },
  // Danish, Norwegian and Swedish
  {
    weekdays: [
      "son sondag sondagar sondage",
      "man mandag mandagar mandage",
      "tir tirs tirsdag tis tisdag",
      "ons onsdag onsdagar",
      "tor tors torsdag",
      "fre fredag fredagar",
      "lor lordag lordagar",
    ],
    to: "til till",
    and: "og och",
    open: "oppet aben apent",
    closed: "lukket stengt stangt",
    daily: "dagligt daglig dagligen",
    weekday: "hverdager hverdage vardagar",
    filler: "kl fra fran",
  },
  // Czech
  {
    weekdays: [
      "ne nedele",
      "po pondeli",
      "ut utery",
      "st streda",
      "ct ctvrtek",
      "pa patek",
      "so sobota",
    ],
    to: "az do",
    and: "a",
    open: "otevreno",
    closed: "zavreno",
    daily: "denne",
    filler: "od",
  },
  // Turkish
  {
    weekdays: [
      "paz pazar",
      "pzt pazartesi",
      "sal sali",
      "car carsamba",
      "per persembe",
      "cum cuma",
      "cmt cumartesi",
    ],
    and: "ve",
    open: "acik",
    closed: "kapali",
  },
];

/** The words of OpenStreetMap's own language. */
const SPECIFIED: readonly (readonly [spelling: string, word: Word])[] = [
  ["sh", { type: "holiday", holiday: "school" }],
  ["dawn", { type: "event", event: "dawn" }],
  ["sunrise", { type: "event", event: "sunrise" }],
  ["sunset", { type: "event", event: "sunset" }],
  ["dusk", { type: "event", event: "dusk" }],
  ["unknown", { type: "state", state: "unknown" }],
  ["easter", { type: "easter" }],
  ["week", { type: "week" }],
  ["day", { type: "day" }],
  ["days", { type: "day" }],
];

const TO: Word = { type: "-" };
const weekday = (weekday: number): Word => ({ type: "weekday", weekday });
const time = (minutes: number): Word => ({
  type: "time",
  minutes,
  isHalfDay: true,
  isShort: false,
});

function vocabularyOf(language: Language): Vocabulary {
  const words = new Map<string, readonly Word[]>();
  const add = (spellings: string | undefined, ...meaning: readonly Word[]) => {
    for (const spelling of spellings?.split(" ") ?? []) if (spelling) words.set(spelling, meaning);
  };
  for (const [month, spellings] of (language.months ?? []).entries()) {
    add(spellings, { type: "month", month });
  }
  add(language.filler);
  add(language.to, TO);
  add(language.and, { type: "," });
  add(language.open, { type: "state", state: "open" });
  add(language.closed, { type: "state", state: "closed" });
  add(language.daily, weekday(1), TO, weekday(0));
  add(language.weekday, weekday(1), TO, weekday(5));
  add(language.weekend, weekday(6), TO, weekday(0));
  add(language.holiday, { type: "holiday", holiday: "public" });
  add(language.noon, time(12 * 60));
  add(language.midnight, time(0));
  for (const [day, spellings] of language.weekdays.entries()) add(spellings, weekday(day));
  return words;
}

/** What holds in a text of any language. */
export const COMMON: Vocabulary = new Map([
  ...vocabularyOf(ENGLISH),
  ...SPECIFIED.map(([spelling, word]) => [spelling, [word]] as const),
]);
export const GERMAN_WORDS: Vocabulary = vocabularyOf(GERMAN);
export const OTHER_WORDS: readonly Vocabulary[] = OTHERS.map(vocabularyOf);

/** Accents off, one form for letters and signs that are written in several, in lower case. */
export function foldHours(text: string): string {
  return text
    .normalize("NFKD")
    .replace(ACCENTS, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(LETTERS, (letter) => LETTERS_PLAIN[letter]!)
    .replace(DASHES, "-")
    .replace(EASTERN_DIGITS, (digit) => String(digit.charCodeAt(0) & 0xf));
}

const ACCENTS = /[\u0300-\u036f]/g;
const LETTERS_PLAIN: Readonly<Record<string, string>> = { ł: "l", ø: "o", ı: "i", æ: "ae" };
const LETTERS = /[łøıæ]/g;
/** Dashes and tildes of all sorts mean "to". */
const DASHES = /[‐‑‒–—―−~〜]/gu;
/** The digits of Arabic and of Persian: their last four bits are their value. */
const EASTERN_DIGITS = /[٠-٩۰-۹]/gu;
