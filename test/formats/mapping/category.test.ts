import { describe, expect, it } from "vitest";
import { readPlaces } from "../../support/rows.ts";

describe("categories", () => {
  const categoriesOf = async (...values: string[]) => {
    const lines = values.map((value, index) =>
      JSON.stringify({ name: `N${index}`, lat: 1, lon: 2, category: value }),
    );
    return (await readPlaces(lines.join("\n"))).records.map(({ category }) => category);
  };

  it("are paths, words for a kind, or paths of their own", async () => {
    expect(
      await categoriesOf(
        "amenity/cafe",
        "Coffee Shop",
        "coffee_shop",
        "Food & Drink/Restaurant/|Shop/X",
        "Dining > Tea > Cafe",
        "Sports And Leisure: Sports: Bar",
        "Sports And Leisure: Sports: Miniature Golf And Discs",
        "N/A",
        "The municipal establishment for all kinds of bathing",
        "Château fort",
        "喫茶",
      ),
    ).toEqual([
      "amenity/cafe",
      "amenity/cafe",
      "amenity/cafe",
      "food_and_drink/restaurant",
      "amenity/cafe",
      "amenity/bar",
      "sports_and_leisure/sports/miniature_golf_and_discs",
      "uncategorized",
      "the_municipal_establishment_for_all",
      "château_fort",
      "喫茶",
    ]);
  });

  it("come from tags, as does a name where there is none", async () => {
    const lines = [
      {
        id: "n1",
        lat: 1,
        lon: 2,
        tags: { amenity: "cafe", name: "A", "name:fr": "Le A", "addr:city": "Paris" },
      },
      { id: "n2", lat: 1, lon: 2, tags: { shop: "bakery", brand: "Paul" } },
      { id: "n3", lat: 1, lon: 2, tags: { shop: "bakery" } },
    ];
    const { records } = await readPlaces(lines.map((line) => JSON.stringify(line)).join("\n"));
    expect(records).toMatchObject([
      { sourceId: "n1", name: "A", otherNames: ["Le A"], category: "amenity/cafe", city: "Paris" },
      { sourceId: "n2", name: "Paul", category: "shop/bakery" },
      { sourceId: "n3", name: "A shop/bakery" },
    ]);
  });

  it("are one for all if that is asked for", async () => {
    const { records } = await readPlaces("name,lat,lon,type\nA,1,2,x\n", {
      category: "amenity/cafe",
    });
    expect(records).toMatchObject([{ category: "amenity/cafe", attributes: { type: "x" } }]);
  });
});
