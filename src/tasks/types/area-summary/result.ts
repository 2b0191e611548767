import { UNCATEGORIZED } from "../../../formats/mapping/category.ts";
import type { Point } from "../../../geo/point.ts";
import type { Bounds } from "../../../geo/region/bounds.ts";
import type { Snapshot } from "../../../index/snapshot.ts";
import { placeId } from "../../../nearby/present/place-view.ts";
import type { Category } from "../../../records/place.ts";
import { plainText } from "../../../text/plain-text.ts";
import type { AreaCell } from "./cells.ts";
import type { Gap } from "./gaps.ts";
import { meanOf } from "./tally.ts";

export interface KindView {
  /** A path; undefined of places whose data tells none. */
  readonly category?: string;
  readonly label: string;
  readonly places: number;
}

export interface CellView {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
  readonly places: number;
  /** Of its part within the area. */
  readonly area_km2: number;
  /** Undefined of a cell that meets the area in one point. */
  readonly places_per_km2?: number;
  /** The mean of the coordinates of its places. */
  readonly center?: Point;
  readonly kinds?: readonly KindView[];
}

export interface GapView extends Point {
  /** No match is nearer. */
  readonly empty_within_km: number;
  readonly nearest: { readonly id: string; readonly name: string } & Point;
}

export interface AreaSummary {
  readonly area_km2: number;
  readonly places: number;
  readonly places_per_km2?: number;
  readonly kinds: readonly KindView[];
  readonly more_kinds?: { readonly kinds: number; readonly places: number };
  readonly cells: {
    readonly size_m: number;
    readonly all: number;
    readonly with_places: number;
  };
  readonly densest_cells: readonly CellView[];
  readonly largest_gaps: readonly GapView[];
  readonly notes: readonly string[];
}

export type Categories = ReadonlyMap<number, Pick<Category, "path" | "label">>;

/** Kinds, those with most places first. */
export function viewKinds(kinds: ReadonlyMap<number, number>, categories: Categories): KindView[] {
  return [...kinds]
    .map(([number, places]): KindView => {
      const { path, label } = categories.get(number) ?? { path: UNCATEGORIZED, label: "Place" };
      const category = path === UNCATEGORIZED ? undefined : plainText(path);
      return { ...(category && { category }), label: plainText(label), places };
    })
    .sort((a, b) => b.places - a.places || (a.label < b.label ? -1 : 1));
}

export function viewCell(
  { bounds, squareMeters, count }: AreaCell,
  categories: Categories,
  mostKinds: number,
): CellView {
  const places = count?.places ?? 0;
  return {
    ...roundedBounds(bounds),
    places,
    ...density(places, squareMeters),
    ...(count && {
      center: rounded(meanOf(count)),
      kinds: viewKinds(count.kinds, categories).slice(0, mostKinds),
    }),
  };
}

export function viewGap(
  { center, nearest: { row, distanceMeters } }: Gap,
  snapshot: Snapshot,
): GapView {
  const collection = snapshot.collections.get(row.collection)?.id ?? "";
  const { latitude, longitude } = row;
  return {
    ...rounded(center),
    empty_within_km: significant(distanceMeters / 1_000, 6),
    nearest: {
      id: placeId(collection, row.source_id),
      name: plainText(row.name),
      latitude,
      longitude,
    },
  };
}

/** Cells as GeoJSON polygons, with their numbers as properties; and the densest cells and the gaps as points. */
export function* featuresOf(
  cells: Iterable<CellView>,
  { densest_cells, largest_gaps }: Pick<AreaSummary, "densest_cells" | "largest_gaps">,
): Iterable<object> {
  for (const { west, south, east, north, ...properties } of cells) {
    const ring = [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ];
    yield feature({ type: "Polygon", coordinates: [ring] }, { feature: "cell", ...properties });
  }
  for (const [at, { center, places, places_per_km2 }] of densest_cells.entries()) {
    if (center)
      yield feature(pointOf(center), {
        feature: "densest cell",
        rank: at + 1,
        places,
        places_per_km2,
      });
  }
  for (const [at, { latitude, longitude, ...gap }] of largest_gaps.entries()) {
    yield feature(pointOf({ latitude, longitude }), { feature: "gap", rank: at + 1, ...gap });
  }
}

function feature(geometry: object, properties: object): object {
  return { type: "Feature", geometry, properties };
}

function pointOf({ latitude, longitude }: Point): object {
  return { type: "Point", coordinates: [longitude, latitude] };
}

/** Areas are known to five digits: a circle's edge is drawn with corners. */
export function density(places: number, squareMeters: number) {
  const squareKilometers = squareMeters / 1e6;
  return {
    area_km2: significant(squareKilometers, 5),
    ...(squareKilometers > 0 && { places_per_km2: significant(places / squareKilometers, 4) }),
  };
}

/** Some seven digits of a degree are a centimetre. */
function rounded({ latitude, longitude }: Point): Point {
  return { latitude: toDigits(latitude), longitude: toDigits(longitude) };
}

function roundedBounds({ south, north, west, east }: Bounds): Bounds {
  return {
    west: toDigits(west),
    south: toDigits(south),
    east: toDigits(east),
    north: toDigits(north),
  };
}

function toDigits(degrees: number): number {
  return Math.round(degrees * 1e7) / 1e7;
}

function significant(amount: number, digits: number): number {
  return Number(amount.toPrecision(digits));
}
