import { describe, expect, it } from "vitest";
import { parseOpeningHours } from "../../src/hours/parser.ts";
import { openingAt } from "../../src/hours/schedule.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const MONDAY_MS = Date.UTC(2026, 10, 23);

/** When a place is open on the days of a week; undefined if that is not understood. */
function weekOf(text: string) {
  const hours = parseOpeningHours(text);
  if (!hours) return undefined;
  return Array.from(
    { length: 7 },
    (_, day) => openingAt(hours, MONDAY_MS + day * DAY_MS, "UTC").day,
  );
}

/** What people and services write, by what it means in OpenStreetMap's language. */
const READ: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  English: {
    "24/7": [
      "24 hours",
      "24h",
      "Open 24 hours",
      "open 24 Hours",
      "24 hrs",
      "24 hours a day",
      "Always open",
      "24x7",
      "Open 24/7",
      "around the clock",
      "Non-stop",
    ],
    "Mo-Su 09:00-21:00": [
      "Daily 9am-9pm",
      "daily 9 am to 9 pm",
      "9am - 9pm daily",
      "Every day: 9:00 AM – 9:00 PM",
      "Open daily from 9am to 9pm",
      "7 days a week 9am-9pm",
      "Open 7 days: 9am-9pm",
      "everyday 9am – 9pm",
      "Daily 9 a.m.-9 p.m.",
      "Mon-Sun 9am-9pm",
    ],
    "Mo-Fr 09:00-17:00": [
      "Mon thru Fri 9-5",
      "M-F 9-5",
      "Weekdays 9-17",
      "Weekdays 9am-5pm",
      "Monday through Friday, 9am to 5pm",
      "Mon-Fri 9-5pm",
      "M - F: 9:00am - 5:00pm",
      "Mo-Fr 0900-1700",
      "Mo-Fr 900-1700",
      "Mon–Fri 9am–5",
      "Mon to Fri from 9am until 5pm",
      "Mon-Fri 09:00:00-17:00:00",
      "Opening hours: Mon-Fri 9am-5pm",
      "Hours: M-F 9am-5pm",
      "9-5 Mon-Fri",
      "Mon-Fri 9a-5p",
      "Mon-Fri 9:00AM-5:00PM",
    ],
    "Mo-Fr 09:00-12:00": [
      "Mon-Fri 9-noon",
      "Mon-Fri 9am to 12 noon",
      "Mon-Fri 9-12pm",
      "Mon-Fri 9am-12",
    ],
    "Mo-Fr 17:00-24:00": [
      "Mon-Fri 5pm-midnight",
      "Mon-Fri 5pm – 12am",
      "Mon-Fri 5 PM till midnight",
    ],
    "Mo-Fr 17:00-21:00": ["Mon-Fri 5-9pm", "Mon-Fri 5:00 – 9:00 PM", "Mon-Fri 5pm-9"],
    "Fr,Sa 22:00-02:00": [
      "Fri & Sat 10pm-2am",
      "Fri, Sat 10-2am",
      "Fridays and Saturdays 10pm to 2am",
    ],
    "Mo-Fr 09:00-17:00; Su off": [
      "Mon-Fri 9-5; closed Sunday",
      "Mon-Fri 9-5, closed Sundays",
      "Mon-Fri 9am-5pm closed on Sunday",
      "Mon-Fri 9am-5pm Sun closed",
      "Mon-Fri 9am-5pm | Sun: Closed",
    ],
    "Mo 09:00-17:00; Tu off; We 11:00-14:30,17:00-22:00": [
      "Monday: 9:00 AM – 5:00 PM; Tuesday: Closed; Wednesday: 11:00 AM – 2:30 PM, 5:00 – 10:00 PM",
      "Monday: 9:00 AM – 5:00 PM\nTuesday: Closed\nWednesday: 11:00 AM – 2:30 PM, 5:00 – 10:00 PM",
    ],
    "Mo-Fr 08:00-20:00": ["Mon-Fri 8-8", "Mon-Fri 8am-8pm"],
    "Mo-Fr 12:00-22:00": ["Mon-Fri 12:00 – 10:00 PM", "Mon-Fri noon-10pm", "Mon-Fri 12-10pm"],
    "Mo 00:00-24:00": ["Monday: Open 24 hours", "Mon 12am-12am"],
    off: ["closed", "Closed", "Temporarily closed"],
    "Sa,Su,PH 10:00-14:00": [
      "Sat, Sun and public holidays 10am-2pm",
      "Sat, Sun & bank holidays 10-2pm",
    ],
    "Mo-Fr 19:00-22:00": ["Mo-Fr 1900-2200"],
  },
  German: {
    "Mo-Fr 09:00-18:00": [
      "Mo-Fr 9-18 Uhr",
      "Mo bis Fr 9-18 Uhr",
      "Montag bis Freitag von 9 bis 18 Uhr",
      "Mo. - Fr. 9.00 - 18.00 Uhr",
      "Mo–Fr: 9–18 h",
      "Montags bis freitags 9:00 Uhr bis 18:00 Uhr",
      "Wochentags 9-18 Uhr",
      "Öffnungszeiten: Mo-Fr 09:00-18:00 Uhr",
      "Mo-Fr 9 Uhr - 18 Uhr",
    ],
    "Mo-Su 10:00-20:00": [
      "täglich 10-20 Uhr",
      "Täglich von 10:00 bis 20:00 Uhr",
      "Jeden Tag 10-20 Uhr",
    ],
    off: ["geschlossen", "vorübergehend geschlossen"],
    "24/7": [
      "24 Stunden",
      "24 Std.",
      "rund um die Uhr",
      "durchgehend geöffnet",
      "24 Stunden geöffnet",
    ],
    "Mo 09:00-12:00,14:00-18:00; Su off": [
      "Mo 9-12 und 14-18 Uhr; So geschlossen",
      "Montag 9-12 Uhr und 14-18 Uhr, Sonntag geschlossen",
    ],
    "Tu-Su 11:00-23:00; Mo off": [
      "Di-So 11-23 Uhr, Montag Ruhetag",
      "Dienstag bis Sonntag 11-23 Uhr; Montags geschlossen",
    ],
    "Sa,Su,PH 10:00-18:00": [
      "Sa, So und Feiertage 10-18 Uhr",
      "Samstag, Sonntag, feiertags 10-18 Uhr",
    ],
    "Mo-Fr 08:00-24:00": ["Mo-Fr 8-24 h", "Mo-Fr 8-24 Uhr", "Mo-Fr 8 Uhr bis Mitternacht"],
  },
  French: {
    "Mo-Fr 09:00-18:00": [
      "Lun-Ven 9h-18h",
      "Lundi au vendredi 9h00-18h00",
      "du lundi au vendredi de 9h à 18h",
      "Lu-Ve 9:00-18:00",
      "L-V 9h-18h",
    ],
    "Tu-Sa 09:00-12:30,14:00-19:00": [
      "Mar-Sam 9h-12h30, 14h-19h",
      "du mardi au samedi de 9h à 12h30 et de 14h à 19h",
      "Ma-Sa 9h00-12h30 / 14h00-19h00",
    ],
    "Mo-Su 10:00-20:00": [
      "tous les jours 10h-20h",
      "Tous les jours de 10h à 20h",
      "7j/7 10h-20h",
      "7 jours sur 7 de 10h à 20h",
    ],
    "24/7": ["24h/24", "24 heures sur 24", "24h/24 7j/7", "24h sur 24"],
    off: ["fermé", "Fermé"],
    "Mo-Sa 09:00-19:00; Su off": [
      "Lundi-Samedi 9h-19h, fermé le dimanche",
      "lun-sam 9h-19h ; dim fermé",
    ],
    "Mo-Fr 12:00-24:00": ["lun-ven midi-minuit", "du lundi au vendredi de midi à minuit"],
  },
  Spanish: {
    "Mo-Fr 09:00-14:00,17:00-20:00": [
      "Lun-Vie 9:00-14:00, 17:00-20:00",
      "Lunes a viernes de 9:00 a 14:00 y de 17:00 a 20:00",
      "L-V 9-14 y 17-20",
      "De lunes a viernes 9:00-14:00 / 17:00-20:00",
    ],
    "Mo-Su 10:00-22:00": [
      "Todos los días 10:00-22:00",
      "diario 10:00-22:00",
      "Lunes a domingo de 10 a 22 h",
      "Todos los días de 10am a 10pm",
    ],
    "24/7": ["24 horas", "Abierto 24 horas", "las 24 horas"],
    off: ["cerrado", "Cerrado"],
    "Tu-Sa 10:00-20:00; Su,Mo off": [
      "Mar-Sáb 10:00-20:00; domingo y lunes cerrado",
      "Martes a sábado: 10:00-20:00; domingos y lunes: cerrado",
    ],
  },
  Italian: {
    "Mo-Fr 09:00-13:00,15:00-19:00": [
      "Lun-Ven 9:00-13:00, 15:00-19:00",
      "dal lunedì al venerdì dalle 9:00 alle 13:00 e dalle 15:00 alle 19:00",
      "Lu-Ve 9.00-13.00 / 15.00-19.00",
      "Lunedì - Venerdì: ore 9-13 e 15-19",
    ],
    "Mo-Su 10:00-22:00": ["tutti i giorni 10:00-22:00", "Ogni giorno dalle 10 alle 22"],
    "24/7": ["24 ore su 24", "sempre aperto", "aperto 24 ore"],
    off: ["chiuso"],
    "Tu-Su 10:00-18:00; Mo off": [
      "Mar-Dom 10-18; lunedì chiuso",
      "martedì - domenica 10:00-18:00, chiuso il lunedì",
    ],
  },
  Portuguese: {
    "Mo-Fr 09:00-18:00": [
      "Segunda a sexta das 9h às 18h",
      "Seg-Sex 9h-18h",
      "segunda-feira a sexta-feira: 09:00-18:00",
      "De segunda a sexta, das 9:00 às 18:00",
    ],
    "Mo-Sa 08:00-20:00; Su off": ["Seg-Sáb 8h-20h; Dom fechado"],
    "24/7": ["24 horas", "Aberto 24 horas"],
  },
  Dutch: {
    "Mo-Fr 09:00-18:00": [
      "ma-vr 9.00-18.00",
      "maandag t/m vrijdag 9:00-18:00 uur",
      "ma t/m vr van 9 tot 18 uur",
      "Maandag tot en met vrijdag 9.00 - 18.00 uur",
      "ma-vr 9u-18u",
      "ma-vr 9u00-18u00",
    ],
    "Mo-Su 10:00-22:00": [
      "dagelijks 10-22 uur",
      "elke dag van 10 tot 22 uur",
      "Dagelijks geopend van 10.00 tot 22.00 uur",
    ],
    "24/7": ["24 uur", "24 uur per dag", "altijd open"],
    off: ["gesloten"],
    "Tu-Sa 10:00-17:00; Su,Mo off": [
      "di-za 10:00-17:00; zo, ma gesloten",
      "dinsdag t/m zaterdag 10-17 uur, zondag en maandag gesloten",
    ],
  },
  Polish: {
    "Mo-Fr 09:00-18:00": [
      "pn-pt 9:00-18:00",
      "Pon.-Pt. 9-18",
      "poniedziałek - piątek 9:00-18:00",
      "od poniedziałku do piątku od 9:00 do 18:00",
      "Pon–Pt: 9.00–18.00",
    ],
    "Mo-Su 10:00-22:00": ["codziennie 10:00-22:00", "Codziennie od 10 do 22"],
    "24/7": ["całodobowo", "24h", "24 godziny"],
    off: ["zamknięte", "nieczynne"],
    "Mo-Fr 09:00-17:00; Sa 09:00-13:00; Su off": [
      "pn-pt 9-17, sob. 9-13, niedz. nieczynne",
      "pon-pt 9:00-17:00; sob 9:00-13:00; niedziela zamknięte",
    ],
  },
  Russian: {
    "Mo-Fr 09:00-18:00": [
      "пн-пт 9:00-18:00",
      "Пн–Пт с 9:00 до 18:00",
      "понедельник-пятница 9.00-18.00",
      "с понедельника по пятницу с 9 до 18",
      "Пн.-Пт.: 9:00-18:00",
      "будни 9-18",
    ],
    "Mo-Su 10:00-22:00": [
      "ежедневно 10:00-22:00",
      "Ежедневно с 10:00 до 22:00",
      "каждый день 10-22",
      "без выходных 10:00-22:00",
    ],
    "24/7": ["круглосуточно", "24 часа"],
    off: ["закрыто"],
    "Mo-Fr 10:00-19:00; Sa,Su off": [
      "пн-пт 10:00-19:00; сб, вс выходной",
      "пн-пт 10-19, сб и вс выходной",
    ],
  },
  Others: {
    "Mo-Fr 09:00-17:00": [
      "man-fre 9-17",
      "Mandag-fredag kl. 9-17",
      "mån-fre 9-17",
      "måndag till fredag 9-17",
      "po-pá 9:00-17:00",
      "Pzt-Cum 09:00-17:00",
    ],
    "Mo-Su 10:00-20:00": ["dagligt 10-20", "denně 10:00-20:00", "her gün 10:00-20:00"],
    "Sa 09:00-13:00; Su off": [
      "lørdag 9-13, søndag lukket",
      "lördag 9-13; söndag stängt",
      "so 9:00-13:00; ne zavřeno",
    ],
  },
  Japanese: {
    "Mo-Fr 10:00-19:00": [
      "月～金 10:00～19:00",
      "月曜日～金曜日 10:00-19:00",
      "平日 10:00〜19:00",
      "月-金 10時-19時",
      "月曜から金曜 10時から19時まで",
      "平日 午前10時～午後7時",
      "営業時間：月～金 10:00～19:00",
    ],
    "24/7": ["24時間", "24時間営業", "２４時間営業"],
    "Mo-Su 09:00-21:30": [
      "毎日 9:00～21:30",
      "年中無休 9:00～21:30",
      "9時～21時30分 年中無休",
      "9:00～21時半 無休",
    ],
    "Mo-Sa 10:00-18:00; Su,PH off": [
      "月～土 10:00～18:00、日祝休み",
      "月～土 10:00-18:00; 日・祝日 定休",
    ],
    "10:00-19:00; We off": [
      "10:00～19:00 定休日：水曜日",
      "10:00～19:00、水曜定休",
      "10:00-19:00; 定休日:水曜",
    ],
    "Mo-Fr 09:00-12:00,13:00-17:00": ["月～金 9:00～12:00、13:00～17:00"],
  },
  Chinese: {
    "Mo-Fr 09:00-18:00": [
      "周一至周五 9:00-18:00",
      "周一到周五 09:00-18:00",
      "星期一至星期五 上午9:00-下午6:00",
      "週一至週五 9:00–18:00",
      "工作日 9点-18点",
      "周一至五 9:00-18:00",
      "周一至周五：上午9点至下午6点",
    ],
    "Mo-Su 10:00-22:00": ["每天 10:00-22:00", "营业时间：每日10:00-22:00", "10:00-22:00 全年无休"],
    "24/7": ["24小时", "24小时营业", "全天", "24小時營業"],
    "Sa,Su 10:00-17:00": [
      "周六、周日 10:00-17:00",
      "周六日 10:00-17:00",
      "星期六和星期日 10:00-17:00",
    ],
    "Tu-Su 09:00-17:00; Mo off": [
      "周二至周日 9:00-17:00，周一休息",
      "周二至周日 9:00-17:00；周一闭馆",
    ],
  },
  Korean: {
    "Mo-Fr 09:00-18:00": [
      "월-금 9:00-18:00",
      "월요일~금요일 09:00~18:00",
      "평일 09:00 - 18:00",
      "월~금 오전 9시~오후 6시",
      "월요일부터 금요일까지 9시부터 18시까지",
    ],
    "Mo-Su 10:00-22:00": [
      "매일 10:00-22:00",
      "연중무휴 10:00~22:00",
      "영업시간: 매일 10:00 ~ 22:00",
    ],
    "24/7": ["24시간", "24시간 영업"],
    "Mo-Fr 09:00-18:00; Su off": ["월-금 9:00-18:00, 일요일 휴무", "월~금 09:00~18:00; 일 휴무"],
  },
};

describe.each(Object.entries(READ))("%s", (_, texts) => {
  const cases = Object.entries(texts).flatMap(([meant, given]) =>
    given.map((text) => [text, meant] as const),
  );
  it.each(cases)("%s: %s", (text, meant) => {
    expect(weekOf(meant)).toBeDefined();
    expect(weekOf(text)).toEqual(weekOf(meant));
  });
});
