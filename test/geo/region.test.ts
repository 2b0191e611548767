import fc from "fast-check";
import geographiclib from "geographiclib-geodesic";
import { describe, expect, it } from "vitest";
import { cellsHolding, LEAF_LEVEL, leafPosition } from "../../src/geo/cell.ts";
import type { Point } from "../../src/geo/point.ts";
import type { Bounds } from "../../src/geo/region/bounds.ts";
import { boundsOfCell } from "../../src/geo/region/cell-bounds.ts";
import { Grid } from "../../src/geo/region/grid.ts";
import type { Outline } from "../../src/geo/region/outline.ts";
import { polygonOf } from "../../src/geo/region/polygon.ts";
import { coverRegion } from "../../src/geo/region/region-covering.ts";
import { areaOfBounds } from "../../src/geo/region/spheroid-area.ts";
import { anyPoint } from "../support/points.ts";
import { aroundBy, star } from "../support/regions.ts";

const EARTH_SQUARE_METERS = 510_065_621_724_088.5;
const holds = ({ south, north, west, east }: Bounds, { latitude, longitude }: Point) =>
  south <= latitude &&
  latitude <= north &&
  [-360, 0, 360].some((turn) => west <= longitude + turn && longitude + turn <= east);
const outlineOf = (rings: readonly (readonly (readonly number[])[])[]): Outline => {
  const polygon = polygonOf(rings);
  if ("fault" in polygon) throw new Error(polygon.fault);
  return polygon.outline;
};

it("a cell's bounds hold whatever is in it", () => {
  fc.assert(
    fc.property(anyPoint, fc.nat(LEAF_LEVEL), (point, level) => {
      const bounds = boundsOfCell(cellsHolding(point)[level]!);
      expect(holds(bounds, point)).toBe(true);
      expect(bounds.east - bounds.west).toBeLessThanOrEqual(360);
    }),
  );
});

describe("a star", () => {
  it("has within what lies around its middle, wherever it lies and however it is written", () => {
    fc.assert(
      fc.property(
        star,
        fc.array(
          fc.tuple(
            fc.double({ min: -1.3, max: 1.3, noNaN: true }),
            fc.double({ min: -1.3, max: 1.3, noNaN: true }),
          ),
          { maxLength: 30 },
        ),
        ({ center, ring, written }, offsets) => {
          const outlines = written.map((each) => outlineOf([each]));
          for (const [north, east] of offsets) {
            const [x, y] = [center.longitude + 10 * east, center.latitude + 10 * north];
            if (Math.abs(y) > 90) continue;
            const isWithin = aroundBy(ring, [x, y]);
            const longitude = x > 180 ? x - 360 : x < -180 ? x + 360 : x;
            for (const outline of outlines) {
              expect(outline.contains({ latitude: y, longitude })).toBe(isWithin);
            }
          }
        },
      ),
    );
  });

  it("is covered: cells have all that is within, and those inside nothing else", () => {
    fc.assert(
      fc.property(
        star,
        fc.array(anyPoint, { maxLength: 10 }),
        fc.integer({ min: 6, max: 400 }),
        ({ center, ring }, points, most) => {
          const outline = outlineOf([ring]);
          const covering = coverRegion((cell) => outline.standing(boundsOfCell(cell)), most, 14);
          const near = points.map(({ latitude, longitude }) => ({
            latitude: center.latitude + latitude / 9,
            longitude: center.longitude + longitude / 18,
          }));
          const isAmong = (ranges: typeof covering.ranges, leaf: number) =>
            ranges.some(([first, last]) => first <= leaf && leaf <= last);
          for (const { latitude, longitude } of [...points, ...near, center]) {
            const point = {
              latitude,
              longitude:
                longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude,
            };
            if (Math.abs(latitude) > 90) continue;
            const leaf = leafPosition(point);
            const isWithin = outline.contains(point);
            if (isWithin) expect(isAmong(covering.ranges, leaf)).toBe(true);
            if (isAmong(covering.inside, leaf)) expect(isWithin).toBe(true);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("has as large an area as its parts in rows and cells together", () => {
    fc.assert(
      fc.property(star, fc.constantFrom(1_000_000, 200_000, 100_000), ({ ring }, size) => {
        const outline = outlineOf([ring]);
        const grid = new Grid(size);
        const { south, north, west, east } = outline.bounds;
        let sum = 0;
        for (let row = grid.rowOf(south); row <= grid.rowOf(north); row++) {
          const part = outline.within({ ...grid.boundsOfRow(row), west, east });
          for (const cell of grid.cellsOfRow(row, west, east)) {
            sum += part.areaWithin(grid.boundsOf(cell));
          }
        }
        const area = outline.area();
        expect(Math.abs(sum - area) / area).toBeLessThan(1e-9);
      }),
      { numRuns: 30 },
    );
  });
});

describe("areas on WGS84:", () => {
  it("the earth, and a small polygon of geodesics", () => {
    const earth = areaOfBounds({ south: -90, north: 90, west: -180, east: 180 });
    expect(earth / EARTH_SQUARE_METERS).toBeCloseTo(1, 12);
    // So small that geodesics are straight in longitude and latitude, nearly.
    const ring = [
      [2.3, 48.8],
      [2.301, 48.8],
      [2.3013, 48.8011],
      [2.2998, 48.8008],
    ];
    const polygon = geographiclib.Geodesic.WGS84.Polygon(false);
    for (const [x, y] of ring) polygon.AddPoint(y!, x!);
    expect(outlineOf([ring]).area() / Math.abs(polygon.Compute(false, true).area!)).toBeCloseTo(
      1,
      6,
    );
  });

  it("of a polygon with a hole, and of what goes round a pole", () => {
    const square = (size: number) => [
      [-size, -size],
      [size, -size],
      [size, size],
      [-size, size],
      [-size, -size],
    ];
    const bounds = (size: number) => ({ south: -size, north: size, west: -size, east: size });
    const holed = outlineOf([square(2), square(1)]);
    expect(holed.area()).toBeCloseTo(areaOfBounds(bounds(2)) - areaOfBounds(bounds(1)), 0);
    for (const [point, isWithin] of [
      [0, false],
      [1, true],
      [1.5, true],
      [2, true],
      [2.1, false],
    ] as const) {
      expect(holed.contains({ latitude: 0, longitude: point })).toBe(isWithin);
    }
    const cap = areaOfBounds({ south: 70, north: 90, west: -180, east: 180 });
    const ways = [
      [
        [0, 70],
        [120, 70],
        [-120, 70],
        [0, 70],
      ],
      [
        [0, 70],
        [-120, 70],
        [120, 70],
        [0, 70],
      ],
      [
        [-180, 70],
        [180, 70],
        [180, 90],
        [-180, 90],
        [-180, 70],
      ],
      [
        [-60, 70],
        [60, 70],
        [180, 70],
        [300, 70],
        [300, 90],
        [-60, 90],
        [-60, 70],
      ],
    ];
    // It goes back now and then, and begins where it does.
    const coast = [
      [10, 71],
      [5, 72],
      [40, 70],
      [30, 75],
      [150, 71],
      [-150, 71],
      [-160, 80],
      [-20, 70],
    ];
    expect(outlineOf([coast]).contains({ latitude: 89, longitude: 77 })).toBe(true);
    expect(outlineOf([coast]).contains({ latitude: 74, longitude: 33 })).toBe(false);
    expect(outlineOf([coast]).contains({ latitude: 72, longitude: 100 })).toBe(false);
    expect(outlineOf([coast]).contains({ latitude: 74, longitude: 100 })).toBe(true);
    for (const way of ways) {
      const outline = outlineOf([way]);
      expect(outline.area() / cap).toBeCloseTo(1, 12);
      for (const longitude of [-180, -60, 0, 17, 180]) {
        expect(outline.contains({ latitude: 90, longitude })).toBe(true);
        expect(outline.contains({ latitude: 70, longitude })).toBe(true);
        expect(outline.contains({ latitude: 69.999, longitude })).toBe(false);
        expect(outline.contains({ latitude: -90, longitude })).toBe(false);
      }
      const south = outlineOf([way.map(([x, y]) => [x!, -y!])]);
      expect(south.contains({ latitude: -80, longitude: 100 })).toBe(true);
      const holed = outlineOf([
        way,
        [
          [0, 80],
          [120, 80],
          [-120, 80],
          [0, 80],
        ],
      ]);
      expect(holed.contains({ latitude: 85, longitude: 5 })).toBe(false);
      expect(holed.contains({ latitude: 90, longitude: 5 })).toBe(false);
      expect(holed.contains({ latitude: 75, longitude: 5 })).toBe(true);
    }
  });

  it("of a band all the way round", () => {
    const band = outlineOf([
      [
        [-180, -10],
        [180, -10],
        [180, 10],
        [-180, 10],
        [-180, -10],
      ],
    ]);
    expect(band.area()).toBeCloseTo(areaOfBounds({ south: -10, north: 10, west: 0, east: 360 }), 0);
    expect(band.contains({ latitude: 0, longitude: 180 })).toBe(true);
    expect(band.contains({ latitude: 0, longitude: 3 })).toBe(true);
    expect(band.contains({ latitude: 11, longitude: 3 })).toBe(false);
  });
});

const squareAt = ([x, y]: readonly [number, number], size: number) => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
];
const SQUARE = [
  [0, 0],
  [4, 0],
  [4, 4],
  [0, 4],
  [0, 0],
];
it.each<[string, number[][][], RegExp]>([
  [
    "a bow",
    [
      [
        [0, 0],
        [4, 4],
        [4, 0],
        [0, 4],
        [0, 0],
      ],
    ],
    /edges.*meet or cross/,
  ],
  [
    "a spike",
    [
      [
        [0, 0],
        [4, 0],
        [8, 0],
        [4, 0],
        [4, 4],
        [0, 0],
      ],
    ],
    /meet or cross/,
  ],
  [
    "a ring that touches itself",
    [
      [
        [0, 0],
        [4, 0],
        [2, 0],
        [4, 4],
        [0, 4],
      ],
    ],
    /meet or cross/,
  ],
  [
    "no area",
    [
      [
        [0, 0],
        [1, 1],
        [2, 2],
        [0, 0],
      ],
    ],
    /meet or cross|no area/,
  ],
  [
    "two positions",
    [
      [
        [0, 0],
        [1, 1],
        [0, 0],
      ],
    ],
    /at least three/,
  ],
  ["no ring", [], /must have a ring/],
  [
    "latitude first",
    [
      [
        [48, 2],
        [48, 100],
        [49, 100],
      ],
    ],
    /position 2 .*longitude first/,
  ],
  [
    "a hole outside",
    [
      SQUARE,
      [
        [5, 5],
        [6, 5],
        [6, 6],
      ],
    ],
    /hole 1 must lie within/,
  ],
  [
    "a hole across the edge",
    [
      SQUARE,
      [
        [3, 3],
        [6, 3],
        [3, 6],
      ],
    ],
    /hole 1 must lie within/,
  ],
  [
    "holes over each other",
    [
      SQUARE,
      [
        [1, 1],
        [3, 1],
        [3, 3],
      ],
      [
        [1, 1.5],
        [3, 1.5],
        [1.5, 3],
      ],
    ],
    /holes 1 and 2 overlap/,
  ],
  [
    "holes whose edges run along each other, one over the other",
    [SQUARE, squareAt([1, 1], 1.5), squareAt([1, 1.5], 1.5)],
    /holes 1 and 2 overlap/,
  ],
  [
    "a hole in a hole",
    [
      SQUARE,
      [
        [1, 1],
        [3, 1],
        [3, 3],
        [1, 3],
      ],
      [
        [1.5, 1.5],
        [2, 1.5],
        [2, 2],
      ],
    ],
    /holes 1 and 2 overlap/,
  ],
  [
    "a ring round the earth on both sides",
    [
      [
        [0, -5],
        [120, 5],
        [-120, 5],
      ],
    ],
    /not clear which side/,
  ],
  [
    "twice round the earth",
    [
      [
        [0, 0],
        [170, 1],
        [340, 2],
        [500, 3],
        [500, 80],
        [0, 80],
      ],
    ],
    /more than once round/,
  ],
  [
    "more than a hundred holes",
    [SQUARE, ...Array.from({ length: 101 }, (_, n) => squareAt([0.01 + 0.03 * n, 1], 0.02))],
    /at most 100 holes, but has 101/,
  ],
])("refuses %s", (_, rings, words) => {
  expect(polygonOf(rings)).toEqual({ fault: expect.stringMatching(words) });
});

it("holes may be a hundred, wherever around the earth they are written; but none over another", () => {
  const corner = fc.tuple(
    fc.double({ min: 175, max: 184, noNaN: true }),
    fc.double({ min: -4, max: 5, noNaN: true }),
  );
  const outer = squareAt([175, -4], 10);
  const hundred = Array.from({ length: 100 }, (_, n) =>
    squareAt([175.05 + (n % 10), -3.95 + Math.floor(n / 10)], 0.9),
  );
  expect(polygonOf([outer, ...hundred])).toHaveProperty("outline");
  fc.assert(
    fc.property(
      fc.uniqueArray(corner, { minLength: 2, maxLength: 5 }),
      fc.double({ min: 0.01, max: 2, noNaN: true }),
      fc.constantFrom(-360, 0),
      (corners, size, turn) => {
        const holes = corners.map(([x, y], n) => squareAt([x + (n % 2 ? turn : 0), y], size));
        const isOutside = corners.some(([x, y]) => x + size > 185 || y + size > 6);
        const isOver = corners.some(([x, y], n) =>
          corners
            .slice(0, n)
            .some(
              ([otherX, otherY]) => Math.max(Math.abs(x - otherX), Math.abs(y - otherY)) < size,
            ),
        );
        const polygon = polygonOf([outer, ...holes]);
        expect("fault" in polygon).toBe(isOutside || isOver);
      },
    ),
    { numRuns: 60 },
  );
});

it("a grid has each point in one cell, whose bounds hold it, and no cell across ±180°", () => {
  fc.assert(
    fc.property(anyPoint, fc.constantFrom(1, 50, 5_000, 1_000_000, 20_000_000), (point, size) => {
      const grid = new Grid(size);
      const bounds = grid.boundsOf(grid.cellOf(point));
      const isAtSeam = point.longitude === 180;
      const slack = 1e-9;
      expect(bounds.south - slack <= point.latitude && point.latitude <= bounds.north + slack).toBe(
        true,
      );
      const longitude = isAtSeam ? -180 : point.longitude;
      expect(bounds.west - slack <= longitude && longitude <= bounds.east + slack).toBe(true);
      expect(bounds.west >= -180 && bounds.east <= 180).toBe(true);
    }),
  );
});
