import type { OpeningHours, Rule, TimeSpan } from "./opening-hours.ts";
import { DayReader } from "./parse-days.ts";
import { atTime, readSpan } from "./parse-times.ts";
import { NotUnderstood, notUnderstood, TokenReader } from "./token-reader.ts";
import { tokensOf } from "./tokens.ts";
import type { OpenState } from "./vocabulary.ts";

/** OpenStreetMap has no longer values than 255 characters; other sources write the days out. */
const LONGEST_TEXT = 1_000;
const WHOLE_DAY: TimeSpan = {
  from: { kind: "clock", minutes: 0 },
  to: { kind: "clock", minutes: 24 * 60 },
  openEnd: false,
};

/**
 * Reads opening hours in OpenStreetMap's `opening_hours` language, also as people bend it ("Mon-Fri
 * 9am-5pm"). Undefined if any part is not understood: half of the rules would say something else.
 */
export function parseOpeningHours(text: string): OpeningHours | undefined {
  if (text.length > LONGEST_TEXT) return undefined;
  const tokens = tokensOf(text);
  if (!tokens) return undefined;
  try {
    const rules = readRules(new TokenReader(tokens));
    return rules.length > 0 ? { rules } : undefined;
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}

function readRules(reader: TokenReader): Rule[] {
  const rules: Rule[] = [];
  let joiner: Rule["joiner"] | undefined = "override";
  while (!reader.done) {
    if (reader.take(";")) joiner = "override";
    else if (reader.take(",")) joiner = rules.length > 0 ? "addition" : "override";
    else if (reader.take("||")) joiner = "fallback";
    else {
      const rule = readRule(reader, joiner ?? "override");
      // Without anything between them, only whole rules can be told apart: "Mo-Fr 9:00-18:00 Sa 9:00-12:00".
      if (joiner === undefined && !(isWhole(rules.at(-1)!) && isWhole(rule))) notUnderstood();
      rules.push(rule);
      joiner = undefined;
    }
  }
  return rules;
}

const isWhole = ({ days, times }: Rule): boolean => days.length > 0 && times.length > 0;

function readRule(reader: TokenReader, joiner: Rule["joiner"]): Rule {
  const days = new DayReader(reader);
  const times: TimeSpan[] = [];
  // "9:00-18:00 Apr-Sep" is clear, but "1-15 May" is no time.
  let mayTrail = reader.sees("time");
  while (days.atSelector() && times.length === 0) {
    days.read();
    reader.take(":");
  }
  if (reader.sees(",") && !days.empty && atTime(reader, 1)) reader.take(",");
  if (reader.take("always")) times.push(WHOLE_DAY);
  else if (atTime(reader)) times.push(...readSpans(reader));
  mayTrail &&= days.empty;
  while (mayTrail && days.atSelector()) days.read();

  const { state, comment } = readState(reader);
  const empty = days.empty && times.length === 0;
  if (empty && state === undefined && !comment) notUnderstood();
  return { joiner, days: days.lists, times, state: state ?? (comment ? "unknown" : "open") };
}

function readSpans(reader: TokenReader): TimeSpan[] {
  const spans = [readSpan(reader)];
  for (;;) {
    if (reader.sees(",") && atTime(reader, 1)) reader.take(",");
    else if (!atTime(reader)) return spans;
    spans.push(readSpan(reader));
  }
}

/** The state that is named, if any, and whether there are words of its own: they may restrict anything. */
function readState(reader: TokenReader): { state: OpenState | undefined; comment: boolean } {
  let comment = reader.take("comment") !== undefined;
  const state = reader.take("state")?.state;
  comment = reader.take("comment") !== undefined || comment;
  return { state, comment };
}
