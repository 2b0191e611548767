import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  centerOfBox,
  representativePoint,
} from "../../../src/formats/geometry/representative-point.ts";

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
  // However deep they are put into each other.
  let nested: object = { type: "Point", coordinates: [1, 2] };
  for (let depth = 0; depth < 100_000; depth += 1) {
    nested = { type: "GeometryCollection", geometries: [nested] };
  }
  expect(representativePoint(nested)).toBeUndefined();
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
    { seed: 111 },
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
    { seed: 112 },
  );
});

const FIJI = [
  [177, -19],
  [-178, -19],
  [-178, -16],
  [177, -16],
  [177, -19],
];

describe("across ±180°", () => {
  const box = ([west, east]: readonly number[]) => [
    [
      [west, -18],
      [east, -18],
      [east, -16],
      [west, -16],
      [west, -18],
    ],
  ];

  it.each([
    [
      "LineString",
      [
        [179, -17],
        [-179, -17],
      ],
      at(180, -17),
    ],
    [
      "LineString",
      [
        [-179, -17],
        [179, -17],
      ],
      at(180, -17),
    ],
    [
      "LineString",
      [
        [179, -17],
        [183, -17],
      ],
      at(-179, -17),
    ],
    [
      "LineString",
      [
        [-183, -17],
        [-179, -17],
      ],
      at(179, -17),
    ],
    [
      "LineString",
      [
        [170, 0],
        [180, 0],
        [-180, 0],
        [-160, 0],
      ],
      at(-175, 0),
    ],
    [
      "MultiPoint",
      [
        [177, 1],
        [-179, 1],
        [-178, 1],
      ],
      at(-179, 1),
    ],
    [
      "MultiLineString",
      [
        [
          [1, 0],
          [2, 0],
        ],
        [
          [178, 0],
          [-178, 0],
        ],
      ],
      at(180, 0),
    ],
    // As RFC 7946 wants it: cut at the meridian. The larger part counts.
    [
      "MultiLineString",
      [
        [
          [178, 0],
          [180, 0],
        ],
        [
          [-180, 0],
          [-179, 0],
        ],
      ],
      at(179, 0),
    ],
    ["MultiPolygon", [box([177, 180]), box([-180, -179])], at(178.5, -17)],
    ["MultiPolygon", [box([179, 180]), box([-180, -176])], at(-178, -17)],
    ["MultiPolygon", [box([1, 2]), box([179, -178])], at(-179.5, -17)],
    ["Polygon", [FIJI], at(179.5, -17.5)],
    ["Polygon", [FIJI.map(([x, y]) => [x! < 0 ? x! + 360 : x!, y!])], at(179.5, -17.5)],
    ["Polygon", [FIJI.map(([x, y]) => [x! > 0 ? x! - 360 : x!, y!])], at(179.5, -17.5)],
    ["Polygon", [[...FIJI].reverse()], at(179.5, -17.5)],
    // With longitudes from 0 to 360.
    ["Polygon", box([200, 210]), at(-155, -17)],
  ])("is in the middle of a %s: %j", (type, coordinates, expected) => {
    const point = representativePoint({ type, coordinates })!;
    expect(point.latitude).toBeCloseTo(expected.latitude, 9);
    expect((point.longitude - expected.longitude) % 360).toBeCloseTo(0, 9);
    expect(Math.abs(point.longitude)).toBeLessThanOrEqual(180);
  });

  it("is in no hole, whichever way that is written", () => {
    const hole = [
      [178.5, -18.5],
      [181, -18.5],
      [181, -16.5],
      [178.5, -16.5],
      [178.5, -18.5],
    ];
    for (const written of [hole, hole.map(([x, y]) => [x! - 360, y!])]) {
      const point = representativePoint({ type: "Polygon", coordinates: [FIJI, written] })!;
      expect(point).toEqual(at(177.75, -17.5));
    }
  });

  it("is the pole that a ring goes around", () => {
    const ring = [
      [-180, -70],
      [-90, -75],
      [0, -70],
      [90, -75],
      [180, -70],
    ];
    const drawnTo = [
      [180, -90],
      [-180, -90],
      [-180, -70],
    ];
    const antarctica = { type: "Polygon", coordinates: [[...ring, ...drawnTo]] };
    expect(representativePoint(antarctica)).toEqual(at(0, -90));
    const arctic = ring.slice(1).map(([x, y]) => [x!, -y!]);
    expect(representativePoint({ type: "Polygon", coordinates: [[...arctic, arctic[0]]] })).toEqual(
      at(0, 90),
    );
  });

  it("is in the middle of a box", () => {
    expect(centerOfBox([179, -20, -179, -10])).toEqual(at(180, -15));
    expect(centerOfBox([-179.9, -20, 179.9, -10])!.longitude).toBeCloseTo(-180, 9);
    expect(centerOfBox([2, 48, 3, 49])).toEqual(at(2.5, 48.5));
    expect(centerOfBox(["2", 48, 3, 49])).toBeUndefined();
  });

  it("is where it is for the same shape elsewhere", () => {
    const radii = fc.array(fc.double({ min: 1, max: 20, noNaN: true }), {
      minLength: 3,
      maxLength: 8,
    });
    const center = fc.double({ min: -180, max: 180, noNaN: true });
    const wrapped = (x: number) => x - 360 * Math.round(x / 360);
    fc.assert(
      fc.property(radii, center, fc.boolean(), (lengths, longitude, isWrapped) => {
        const star = lengths.map((length, k) => {
          const angle = (2 * Math.PI * k) / lengths.length;
          return [length * Math.cos(angle), length * Math.sin(angle)] as const;
        });
        const ring = [...star, star[0]!];
        const moved = ring.map(([x, y]) => [isWrapped ? wrapped(x + longitude) : x + longitude, y]);
        for (const [type, here, there] of [
          ["Polygon", [ring], [moved]],
          ["MultiPolygon", [[ring]], [[moved]]],
          ["LineString", ring, moved],
          ["MultiLineString", [ring], [moved]],
        ] as const) {
          const expected = representativePoint({ type, coordinates: here })!;
          const point = representativePoint({ type, coordinates: there })!;
          expect(point.latitude).toBeCloseTo(expected.latitude, 6);
          expect(wrapped(point.longitude - longitude - expected.longitude)).toBeCloseTo(0, 6);
          expect(Math.abs(point.longitude)).toBeLessThanOrEqual(180);
        }
      }),
      { seed: 113, numRuns: 300 },
    );
  });
});

it("leaves metres as they are, so that they can be told from degrees", () => {
  const line = [
    [261_000, 6_250_000],
    [261_200, 6_250_000],
  ];
  expect(representativePoint({ type: "LineString", coordinates: line })).toEqual(
    at(261_100, 6_250_000),
  );
});
