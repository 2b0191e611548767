import { CallerError } from "../errors.ts";
import {
  declaredTypes,
  fullLabel,
  type LabelOptions,
  mergeDeclarations,
} from "../formats/import-options.ts";
import type { DeclaredAttributes } from "../formats/mapping/attributes.ts";
import {
  type Attributes,
  type CollectionMetadata,
  MetadataFields,
} from "../records/collection-schema.ts";

/** What a collection says of itself after an import, and the types of the attributes that it declares. */
export interface ImportedMetadata {
  readonly metadata: CollectionMetadata;
  readonly types: DeclaredAttributes;
}

/**
 * The attributes that an import declares: those that are given, and the opening hours that its files have. But a merge cannot
 * change what a loaded collection declares, and one attribute of opening hours is enough.
 */
export function declaredBy(
  mode: "merge" | "replace",
  given: DeclaredAttributes,
  found: DeclaredAttributes,
  existing: { readonly attributes: Attributes; readonly isLoaded: boolean } | undefined,
): DeclaredAttributes {
  const declared = Object.values(existing?.attributes ?? {});
  const hasHours = declared.some(({ type }) => type === "opening_hours");
  return hasHours || (mode === "merge" && existing?.isLoaded) ? given : found;
}

/**
 * Joins what is given with an import to what the collection says of itself.
 *
 * @param asOf when the file was written, ISO 8601: the date of the data, if none is given
 * @throws CallerError for what a collection cannot say of itself
 */
export function importedMetadata(
  id: string,
  given: { readonly label: LabelOptions; readonly attributes: DeclaredAttributes },
  existing: CollectionMetadata | undefined,
  asOf: Date,
): ImportedMetadata {
  const attributes = mergeDeclarations(existing?.attributes ?? {}, given.attributes);
  const day = asOf.toISOString().slice(0, 10);
  const label = fullLabel(given.label, existing, { title: id, asOf: day });
  const parsed = MetadataFields.safeParse({ ...label, attributes });
  if (parsed.success) return { metadata: { id, ...parsed.data }, types: declaredTypes(attributes) };
  const [issue] = parsed.error.issues;
  throw new CallerError(`The ${issue!.path.join(".")} is not valid: it ${issue!.message}.`);
}
