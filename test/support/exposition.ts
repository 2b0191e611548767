/** What the text format of Prometheus allows of a sample. */
const SAMPLE =
  /^([a-z][a-z0-9_]*)(?:\{([a-z_]+="[^"\\\n]*"(?:,[a-z_]+="[^"\\\n]*")*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/** What is wrong with metrics in the text format of Prometheus, after `promtool check metrics`. */
export function faultsOf(text: string): string[] {
  if (!text.endsWith("\n")) return ["does not end with a line feed"];
  const faults: string[] = [];
  const families = new Set<string>();
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  let family = "";
  let type = "";
  let helped = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const [, kind, name, rest] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === "HELP") {
      helped = name!;
      if (families.has(name!)) faults.push(`${name} comes twice`);
      families.add(name!);
    } else if (kind === "TYPE") {
      [family, type] = [name!, rest!];
      if (helped !== family) faults.push(`${family} has no help`);
      if (type === "counter" && !family.endsWith("_total")) faults.push(`${family}: no _total`);
    } else {
      const [, sample, labels = "", value] = SAMPLE.exec(line) ?? [];
      const series = `${sample}{${labels}}`;
      const suffixes = type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
      if (!sample) faults.push(`is no sample: ${line}`);
      else if (!suffixes.some((suffix) => sample === family + suffix)) {
        faults.push(`${sample} is not of ${family}`);
      }
      if (seen.has(series)) faults.push(`${series} comes twice`);
      seen.add(series);
      if (sample?.endsWith("_bucket")) {
        const others = labels.replace(/,le="[^"]*"$/, "");
        const below = counts.get(others) ?? 0;
        if (Number(value) < below) faults.push(`${series} is less than the bucket below`);
        counts.set(others, Number(value));
      }
      if (
        type === "histogram" &&
        sample?.endsWith("_count") &&
        counts.get(labels) !== Number(value)
      ) {
        faults.push(`${series} is not its last bucket`);
      }
    }
  }
  return faults;
}
