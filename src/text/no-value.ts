/** What programs and people write where there is nothing to write. Nan, None and Nil are places, as they are written here. */
const NO_VALUE =
  /^(?!(?:Nan|None|Nil)$)(?:null|\\n|n\.?\/?a\.?|#n\/a|nan|none|nil|undefined|[-–—?.]+)$/i;

/** A clean text, or an empty one for what stands for none: `NULL`, `N/A`, `nan`, `-`. */
export function withoutNone(text: string): string {
  return NO_VALUE.test(text) ? "" : text;
}
