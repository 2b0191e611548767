import { CallerError } from "../../src/errors.ts";

/** How often something is repeated. */
export interface Interval {
  readonly count: number;
  readonly unit: "m" | "h" | "d" | "w";
}

/** How many of them cron can part evenly. */
const PARTS = { m: 60, h: 24, d: 1, w: 1 };

/** Throws a CallerError for what cron cannot say. */
export function intervalOf(text: string): Interval {
  const [, digits, unit] = /^(\d{1,2})([mhdw])$/.exec(text) ?? [];
  const interval = { count: Number(digits), unit: unit as Interval["unit"] };
  if (unit && interval.count > 0 && PARTS[interval.unit] % interval.count === 0) return interval;
  throw new CallerError(
    `--every takes minutes or hours that divide an hour or a day (30m, 6h), 1d or 1w, not "${text}".`,
  );
}

/**
 * The line for cron that repeats an import, at this time of the day or of the hour.
 *
 * @param args as the command has them
 */
export function cronLine(
  args: readonly string[],
  interval: Interval,
  now = new Date(),
  folder = process.cwd(),
): string {
  const command = withoutSecrets(args).map(quoted).join(" ");
  const run = `cd ${quoted(folder)} && PATH="$PWD/node_modules/.bin:$PATH" node scripts/import.ts ${command}`;
  const token = args.some(isToken)
    ? " ADMIN_TOKEN=… has to stand in a line of its own before it."
    : "";
  // To cron, % is the end of the line.
  return `\nTo repeat this import, add this line with \`crontab -e\`.${token}\n\n${timesOf(interval, now)} ${run.replaceAll("%", "\\%")}`;
}

function timesOf({ count, unit }: Interval, now: Date): string {
  const [minute, hour, day] = [now.getMinutes(), now.getHours(), now.getDay()];
  switch (unit) {
    case "m":
      return `${each(count, minute, 59)} * * * *`;
    case "h":
      return `${minute} ${each(count, hour, 23)} * * *`;
    case "d":
      return `${minute} ${hour} * * *`;
    default:
      return `${minute} ${hour} * * ${day}`;
  }
}

/** Every so many minutes or hours, so that a given one is among them. */
function each(count: number, one: number, last: number): string {
  const first = one % count;
  return count === 1 ? "*" : first === 0 ? `*/${count}` : `${first}-${last}/${count}`;
}

const isToken = (arg: string): boolean => arg === "--token" || arg.startsWith("--token=");

/** A table of cron may be read by others. And --every is done. */
function withoutSecrets(args: readonly string[]): string[] {
  const left: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const [name, value] = args[at]!.split("=");
    if (name !== "--token" && name !== "--every") left.push(args[at]!);
    else if (value === undefined) at += 1;
  }
  return left;
}

function quoted(text: string): string {
  return /^[\w./:@,+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
