import { describe, expect, it } from "vitest";
import { readPlaces } from "../../support/rows.ts";

describe("coordinates", () => {
  const rows = (pairs: readonly (readonly [unknown, unknown])[]) =>
    `name;lat;lon\n${pairs.map(([lat, lon]) => `A;${lat};${lon}`).join("\n")}\n`;

  it("that are metres are refused with what to do", async () => {
    await expect(
      readPlaces(
        rows([
          [6250000, 261000],
          [6250010, 261020],
        ]),
      ),
    ).rejects.toThrow("ogr2ogr -t_srs EPSG:4326");
  });

  it("that are swapped are refused with what to do", async () => {
    await expect(
      readPlaces(
        rows([
          [139.7, 35.6],
          [135.5, 34.7],
          [30, 31],
        ]),
      ),
    ).rejects.toThrow("swapped");
  });

  it("that are none cost their row only, and it is told why", async () => {
    const { records, problems } = await readPlaces(
      rows([
        [48.5, 2.5],
        ["NaN", 2],
        [2, "inf"],
        [91, 0],
        [0, 181],
        [0, 0],
        ["", ""],
        ["48,25°", "2,75"],
      ]),
    );
    expect(records.map(({ latitude, longitude }) => [latitude, longitude])).toEqual([
      [48.5, 2.5],
      [48.25, 2.75],
    ]);
    expect(problems).toEqual([
      { line: 3, problem: "has no number as latitude" },
      { line: 4, problem: "has no number as longitude" },
      { line: 5, problem: "has the latitude 91: at most 90 is possible" },
      { line: 6, problem: "has the longitude 181: at most 180 is possible" },
      { line: 7, problem: "is at 0,0, which stands for an unknown place" },
      { line: 8, problem: "has no number as latitude" },
    ]);
  });
});
