/** What programs and people write where there is nothing to write. */
const NO_VALUE = /^(?:null|\\n|n\.?\/?a\.?|#n\/a|nan|none|nil|undefined|[-–—?.]+)$/i;
/** Written so, they are places: in Thailand, Italy and France. */
const PLACES: ReadonlySet<string> = new Set(["Nan", "None", "Nil"]);

/** A clean text, or an empty one for what stands for none: `NULL`, `N/A`, `nan`, `-`. */
export function withoutNone(text: string): string {
  return NO_VALUE.test(text) && !PLACES.has(text) ? "" : text;
}
