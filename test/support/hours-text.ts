import type {
  DateEdge,
  DaySelector,
  OpeningHours,
  Rule,
  TimeOfDay,
  TimeSpan,
} from "../../src/hours/grammar.ts";

const WEEKDAYS = ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const SEPARATORS = { normal: "; ", additional: ", ", fallback: " || " };

/** Opening hours in OpenStreetMap's language. */
export function hoursText({ rules }: OpeningHours): string {
  return rules
    .map((rule, index) => (index > 0 ? SEPARATORS[rule.separator] : "") + ruleText(rule))
    .join("");
}

function ruleText({ days, times, state }: Rule): string {
  const lists = days.map((list) => {
    const isWeeks = list.some(({ type }) => type === "weeks");
    return `${isWeeks ? "week " : ""}${list.map(selectorText).join(",")}`;
  });
  // "open" keeps the times of two rules apart.
  const said = state === "closed" ? "off" : state;
  return [...lists, times.map(spanText).join(","), said].filter(Boolean).join(" ");
}

function selectorText(selector: DaySelector): string {
  switch (selector.type) {
    case "weekdays": {
      const { from, to, ordinals } = selector;
      const range = from === to ? WEEKDAYS[from]! : `${WEEKDAYS[from]}-${WEEKDAYS[to]}`;
      const list = ordinals?.map(({ from, to }) => (from === to ? from : `${from}-${to}`));
      return list ? `${range}[${list.join(",")}]` : range;
    }
    case "holiday":
      return selector.holiday === "public" ? "PH" : "SH";
    case "dates": {
      const [from, to] = [edgeText(selector.from), edgeText(selector.to)];
      return from === to ? from : `${from}-${to}`;
    }
    default: {
      const { from, to, step } = selector;
      return (from === to ? `${from}` : `${from}-${to}`) + (step === 1 ? "" : `/${step}`);
    }
  }
}

function edgeText(edge: DateEdge): string {
  const year = edge.year === undefined ? "" : `${edge.year} `;
  if (edge.type === "date") {
    return `${year}${MONTHS[edge.month]}${edge.day === undefined ? "" : ` ${edge.day}`}`;
  }
  const { offsetDays } = edge;
  return `${year}easter${offsetDays === 0 ? "" : ` ${offsetDays > 0 ? "+" : ""}${offsetDays} days`}`;
}

function spanText({ from, to, openEnd }: TimeSpan): string {
  return `${timeText(from)}${to ? `-${timeText(to)}` : ""}${openEnd ? "+" : ""}`;
}

function timeText(time: TimeOfDay): string {
  if (time.type === "clock") return clockText(time.minutes);
  const { event, offsetMinutes } = time;
  if (offsetMinutes === 0) return event;
  return `(${event}${offsetMinutes > 0 ? "+" : "-"}${clockText(Math.abs(offsetMinutes))})`;
}

function clockText(minutes: number): string {
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60];
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}
