import type { Model } from "../contract.ts";

/** Models by whom they speak for, the best first: two names for one model are one voice. */
export function voicesOf(groups: readonly (readonly Model[])[]): readonly (readonly Model[])[] {
  const voices: Model[][] = [];
  for (const group of groups) {
    const [first, ...others] = voices.filter((voice) => haveSame(voice, group));
    if (first) first.push(...others.flat(), ...group);
    else voices.push([...group]);
    for (const other of others) voices.splice(voices.indexOf(other), 1);
  }
  return voices;
}

function haveSame(some: readonly Model[], others: readonly Model[]): boolean {
  return some.some((model) => others.some((other) => isOne(model, other)));
}

/** Whatever it is called, and whoever pays for it. */
function isOne(model: Model, other: Model): boolean {
  const fields = ["provider", "baseUrl", "id"] as const;
  return fields.every((field) => model[field] === other[field]);
}
