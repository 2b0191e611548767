/**
 * Opening hours with what several words say in some language, and what is written without gaps, in the words of English.
 * The text has to be folded (`foldHours`).
 */
export function plainPhrases(folded: string): string {
  const text = replaceAll(folded, PHRASES);
  return EAST_ASIAN.test(text) ? replaceAll(text, EAST_ASIAN_PHRASES) : text;
}

function replaceAll(text: string, replacements: readonly Replacement[]): string {
  return replacements.reduce(
    (text, [phrase, plain]) =>
      typeof plain === "string" ? text.replace(phrase, plain) : text.replace(phrase, plain),
    text,
  );
}

type Replacement = readonly [phrase: RegExp, plain: string | ((...match: string[]) => string)];

const ALWAYS = " 24/7 ";

/** Whole words, whatever their script. */
function words(alternatives: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\d])(?:${alternatives})(?![\\p{L}\\d])`, "gu");
}

const HOURS =
  "hours?|hrs?|h|std|stunden|heures?|horas?|ore|uur|u|godz|godziny?|часа?|часов|ч|timer|timmar|hodin|saat";
const LABELS =
  "(?:opening|business|store|trading|working) hours|opening times|hours|offnungszeiten|horaires?(?: d'ouverture)?|horarios?(?: de (?:apertura|atencion|funcionamento))?|orari[oe]?(?: di apertura)?|openingstijden|godziny otwarcia|часы работы|время работы|режим работы|営業時間|営業日|营业时间|營業時間|영업시간|영업 시간|운영시간";

const PHRASES: readonly Replacement[] = [
  [new RegExp(`^\\s*(?:${LABELS})\\s*:?`, "u"), ""],
  // Between rules, or between a day and its times: no more than a gap.
  [/(?<!\|)\|(?!\|)|[•·\t\r\n]| \/ /g, " "],
  [/['’]/g, " "],
  // A day has 24 hours, but "8-24 h" is an end.
  [
    new RegExp(
      `(?<![\\d:.]|[\\d:.] |- ?|\\b(?:a|as|bis|to|tot|do|au|til|till|alle|hasta|до) )24 ?(?:${HOURS})\\.?(?: ?(?:/|sur|su|al|na|a|pro|par|per) ?(?:24 ?h?|dia|tag|jour|day|dag))?(?![\\p{L}\\d])`,
      "gu",
    ),
    ALWAYS,
  ],
  [
    words(
      "always open|open all day|open all hours|(?:a)?round the clock|rund um die uhr|durchgehend geoffnet|toujours ouvert|siempre abierto|sempre aperto|sempre aberto|altijd open|calodobowo|cala dobe|круглосуточно|non ?-?stop|dognet rundt|dygnet runt",
    ),
    ALWAYS,
  ],
  [
    words(
      "7 ?(?:days?|d|j|jours?|dias|giorni|tage|dagen|dni)(?: ?(?:/|sur|su|a la|a|per|de la|auf) ?(?:7|week|semana|semaine|settimana|woche))?|every ?day|all week|(?:jeden|alle) tage?|tous les jours|todos l?os dias|tutti i giorni|ogni giorno|(?:elke|iedere) dag|alle dagen|kazdy dzien|kazdego dnia|каждыи день|без выходных|hver dag|varje dag|kazdy den|her gun",
    ),
    " daily ",
  ],
  [words("en semaine|entre semana|dni robocze|рабочие дни|por semana"), " weekdays "],
  [words("week-?ends?|fi(?:n|nes|m) de semana|fine settimana"), " weekend "],
  [
    words(
      "(?:public|bank|national|legal) holidays?|jours? feries|giorni festivi e domenica|праздничные дни|dni swiateczne",
    ),
    " ph ",
  ],
  [
    words(
      "(?:temporarily|currently) closed|closed temporarily|vorubergehend geschlossen|temporairement ferme|cerrado temporalmente|temporaneamente chiuso|tijdelijk gesloten|tymczasowo zamkniete|временно закрыто",
    ),
    " closed ",
  ],
  [words("t ?/ ?m|tot en met"), " - "],
  [/(?<=\p{L})-feiras?(?!\p{L})|a feiras?(?!\p{L})/gu, ""],
  [/(?<![\d:.])12(?::00)? ?(?=noon|midnight|midday)/g, ""],
  [words("o clock"), " "],
  // 9:00:00
  [/(\d{1,2}[:.]\d{2}):00(?![\d:])/g, "$1"],
];

const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

const ENGLISH_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const month = (number: string) => ENGLISH_MONTHS[Number(number) - 1] ?? "?";
const EAST_ASIAN_DAYS: Readonly<Record<string, string>> = {
  ...{ 日: "su", 月: "mo", 火: "tu", 水: "we", 木: "th", 金: "fr", 土: "sa" },
  ...{ 天: "su", 一: "mo", 二: "tu", 三: "we", 四: "th", 五: "fr", 六: "sa" },
  ...{ 일: "su", 월: "mo", 화: "tu", 수: "we", 목: "th", 금: "fr", 토: "sa" },
};
const days = (text: string) =>
  text.replace(
    /[日月火水木金土天一二三四五六일월화수목금토]/gu,
    (day) => ` ${EAST_ASIAN_DAYS[day]} `,
  );

/** Japanese, Chinese and Korean. Longer ones come first. */
const EAST_ASIAN_PHRASES: readonly Replacement[] = [
  [/[、，・和及与與]|ならびに/gu, ","],
  [/至|到|から|부터/gu, "-"],
  [/まで|까지|毎週|每週|每周|매주|营业|營業|営業|영업|개점|开放|開放/gu, " "],
  [/24 ?(?:時間|时间|小时|小時|시간)|全天|終日|연중무휴 24시간/gu, ALWAYS],
  [/(?<=[土日](?:曜日?)?)(?=祝)/gu, ","],
  [/毎日|每天|每日|매일|年中無休|年中无休|全年无休|全年無休|연중무휴|無休|无休/gu, " daily "],
  [/平日|工作日|평일|주중/gu, " weekdays "],
  [/週末|周末|주말/gu, " weekend "],
  [/祝祭日|国民の祝日|祝日|法定节假日|节假日|節假日|假日|공휴일|祝/gu, " ph "],
  [
    /定休日?|店休日?|休業日?|休館日?|休診日?|休息日?|休み|休日|公休日?|关闭|關閉|闭馆|不营业|정기 ?휴무일?|휴무일?|휴관일?|휴점|쉼|休/gu,
    " closed ",
  ],
  [/(\d{1,2}) ?月 ?(\d{1,2}) ?日/gu, (_, number, day) => ` ${month(number!)} ${day} `],
  [/(\d{1,2}) ?월 ?(\d{1,2}) ?일/gu, (_, number, day) => ` ${month(number!)} ${day} `],
  [/(\d{1,2}) ?[月월]/gu, (_, number) => ` ${month(number!)} `],
  [
    /(午前|上午|早上|凌晨|오전|午後|下午|晚上|中午|오후) ?(\d{1,2})(?: ?[:時时点點시] ?(?:(\d{1,2}) ?[分분]?|(半))?)?/gu,
    (_, half, hour, minutes, halfPast) => {
      const isAfternoon = /[後下晚中후]/u.test(half!);
      const hours =
        Number(hour) <= 12 ? (Number(hour) % 12) + (isAfternoon ? 12 : 0) : Number(hour);
      return ` ${hours}:${halfPast ? "30" : (minutes ?? "0").padStart(2, "0")}`;
    },
  ],
  [
    /(\d{1,2}) ?[時时点點시](?: ?(\d{1,2}) ?[分분]?|(半))?/gu,
    (_, hour, minutes, halfPast) =>
      `${hour}:${halfPast ? "30" : (minutes ?? "0").padStart(2, "0")} `,
  ],
  [
    /(?:周|週|星期|礼拜|禮拜)((?:[日天一二三四五六] ?[-,] ?)*[日天一二三四五六]+)/gu,
    (_, list) => days(list!),
  ],
  [/第 ?([1-5]) ?([日月火水木金土])(?:曜日?)?/gu, (_, ordinal, day) => `${days(day!)}[${ordinal}]`],
  [/([日月火水木金土])曜日?|([일월화수목금토])요일/gu, (_, ja, ko) => days(ja ?? ko!)],
  [/[日月火水木金土일월화수목금토]/gu, (day) => days(day!)],
];
