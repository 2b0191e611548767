import fc from "fast-check";
import { expect, it } from "vitest";
import { representativePoint } from "../../../src/formats/geometry/representative-point.ts";

const at = (longitude: number, latitude: number) => ({ latitude, longitude });
const SQUARE = [
  [10, 10],
  [14, 10],
  [14, 14],
  [10, 14],
  [10, 10],
];
/** A U, whose centroid is in the gap. */
const U = [
  [0, 0],
  [6, 0],
  [6, 6],
  [4, 6],
  [4, 1],
  [2, 1],
  [2, 6],
  [0, 6],
  [0, 0],
];

it.each([
  ["Point", [1, 2, 300], at(1, 2)],
  [
    "MultiPoint",
    [
      [0, 0],
      [1, 1],
      [9, 9],
    ],
    at(1, 1),
  ],
  [
    "LineString",
    [
      [0, 0],
      [1, 0],
      [4, 0],
    ],
    at(2, 0),
  ],
  [
    "LineString",
    [
      [5, 5],
      [5, 5],
    ],
    at(5, 5),
  ],
  [
    "MultiLineString",
    [
      [
        [0, 0],
        [1, 0],
      ],
      [
        [10, 0],
        [14, 0],
      ],
    ],
    at(12, 0),
  ],
  ["Polygon", [SQUARE], at(12, 12)],
  [
    "MultiPolygon",
    [
      [
        [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 0],
        ],
      ],
      [SQUARE],
    ],
    at(12, 12),
  ],
])("is in the middle of a %s", (type, coordinates, expected) => {
  const point = representativePoint({ type, coordinates })!;
  expect(point.latitude).toBeCloseTo(expected.latitude, 9);
  expect(point.longitude).toBeCloseTo(expected.longitude, 9);
});

it("is within a polygon whose centroid is not", () => {
  const { longitude, latitude } = representativePoint({ type: "Polygon", coordinates: [U] })!;
  expect(latitude).toBeGreaterThan(1);
  expect(longitude < 2 || longitude > 4).toBe(true);
  const hole = [
    [11, 11],
    [13, 11],
    [13, 13],
    [11, 13],
    [11, 11],
  ];
  const inRing = representativePoint({ type: "Polygon", coordinates: [SQUARE, hole] })!;
  expect(inRing.longitude < 11 || inRing.longitude > 13).toBe(true);
});

it("is that of the first part with one in a collection of geometries", () => {
  const geometries = [{ type: "Unknown" }, { type: "Point", coordinates: [1, 2] }];
  expect(representativePoint({ type: "GeometryCollection", geometries })).toEqual(at(1, 2));
});

it("lies in the box of any polygon, and is missing for what is no geometry", () => {
  const degrees = fc.double({ min: -80, max: 80, noNaN: true });
  const ring = fc.array(fc.tuple(degrees, degrees), { minLength: 3, maxLength: 12 });
  fc.assert(
    fc.property(ring, (positions) => {
      const point = representativePoint({ type: "Polygon", coordinates: [positions] })!;
      for (const [axis, value] of [point.longitude, point.latitude].entries()) {
        const sides = positions.map((position) => position[axis]!);
        expect(value).toBeGreaterThanOrEqual(Math.min(...sides) - 1e-9);
        expect(value).toBeLessThanOrEqual(Math.max(...sides) + 1e-9);
      }
    }),
  );
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom("Point", "Polygon", "MultiPolygon"),
      (json, type) => {
        const point = representativePoint({ type, coordinates: json });
        if (point)
          expect([point.latitude, point.longitude].every((n) => typeof n === "number")).toBe(true);
      },
    ),
  );
});
