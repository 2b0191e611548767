/** A file as its makers publish it, in miniature and with content of our own, and the places that are in it. */
export interface PublicFormat {
  readonly format: string;
  readonly content: string;
  /** Name, latitude and longitude; where the format tells kinds, the category. */
  readonly places: readonly (readonly [
    name: string,
    latitude: number,
    longitude: number,
    category?: string,
  ])[];
}

const lines = (...all: readonly string[]) => `${all.join("\n")}\n`;
const json = (value: unknown) => JSON.stringify(value, null, 1);
const point = (longitude: number, latitude: number) => ({
  type: "Point",
  coordinates: [longitude, latitude],
});
const feature = (properties: unknown, longitude: number, latitude: number) => ({
  type: "Feature",
  properties,
  geometry: point(longitude, latitude),
});

export const PUBLIC_FORMATS: readonly PublicFormat[] = [
  {
    format: "GTFS stops.txt",
    content: lines(
      "stop_id,stop_code,stop_name,stop_desc,stop_lat,stop_lon,zone_id,location_type,parent_station",
      "P1,1,Harbour,,48.4001,-4.4901,1,1,",
      "S1,,Harbour quay 1,,48.4002,-4.4902,1,0,P1",
      "E1,,Harbour east,,48.4003,-4.4903,,2,P1",
    ),
    places: [
      ["Harbour", 48.4001, -4.4901, "public_transport/station"],
      ["Harbour quay 1", 48.4002, -4.4902, "public_transport/platform"],
      ["Harbour east", 48.4003, -4.4903, "entrance"],
    ],
  },
  {
    format: "NaPTAN",
    content: lines(
      '"ATCOCode","NaptanCode","CommonName","Street","Indicator","LocalityName","Town","Suburb","Easting","Northing","Longitude","Latitude","StopType","Status"',
      '"4300A","nwmaj","Abbey Gates","Abbey Rd","adj","Binley","COVENTRY","","434900","277500","-1.48812","52.39401","BCT","active"',
      '"9100B","","Canley Station","","","Canley","COVENTRY","","430300","276900","-1.54771","52.39931","RLY","active"',
    ),
    places: [
      ["Abbey Gates", 52.39401, -1.48812, "highway/bus_stop"],
      ["Canley Station", 52.39931, -1.54771, "railway/station"],
    ],
  },
  {
    format: "IRVE, the French schema of chargers",
    content: lines(
      "nom_amenageur,nom_operateur,nom_enseigne,id_station_itinerance,nom_station,adresse_station,coordonneesXY,id_pdc_itinerance,puissance_nominale,consolidated_longitude,consolidated_latitude",
      'Mairie,Volt,Volt,FRV01P1,Place du Marché,"1 place du Marché, Dinan","[-2.0421,48.4551]",FRV01E11,22,-2.0421,48.4551',
      'Mairie,Volt,Volt,FRV01P2,Gare,"2 rue de la Gare, Dinan","[-2.0522,48.4602]",FRV01E21,50,-2.0522,48.4602',
    ),
    places: [
      ["Place du Marché", 48.4551, -2.0421],
      ["Gare", 48.4602, -2.0522],
    ],
  },
  {
    format: "GeoNames dump",
    content: lines(
      "901\tKleindorf\tKleindorf\tPetit Village,Дорф\t47.5001\t9.7001\tP\tPPL\tAT\t\t08\t\t\t\t900\t\t400\tEurope/Vienna\t2026-01-01",
      "902\tKleinbach\tKleinbach\t\t47.5101\t9.7101\tH\tSTM\tAT\t\t08\t\t\t\t0\t\t\tEurope/Vienna\t2026-01-01",
    ),
    places: [
      ["Kleindorf", 47.5001, 9.7001, "place/village"],
      ["Kleinbach", 47.5101, 9.7101],
    ],
  },
  {
    format: "GeoNames postal codes",
    content: lines(
      "AT\t6900\tKleindorf\tVorarlberg\t08\tBregenz\t802\t\t\t47.5031\t9.7471\t6",
      "AT\t6901\tKleinbach\tVorarlberg\t08\tBregenz\t802\t\t\t47.5131\t9.7571\t6",
    ),
    places: [
      ["6900", 47.5031, 9.7471, "boundary/postal_code"],
      ["6901", 47.5131, 9.7571, "boundary/postal_code"],
    ],
  },
  {
    format: "OpenFlights airports.dat",
    content: lines(
      '1,"Alpha \\"North\\" Airport","Alphaville","Iceland","AAA","BIAA",65.6601,-18.0701,6,0,"N","Atlantic/Reykjavik","airport","OurAirports"',
      '2,"Beta Airfield","Betaville","Iceland",\\N,"BIBB",64.1302,-21.9402,48,0,"N",\\N,"airport","OurAirports"',
    ),
    places: [
      ['Alpha "North" Airport', 65.6601, -18.0701],
      ["Beta Airfield", 64.1302, -21.9402],
    ],
  },
  {
    format: "OurAirports airports.csv",
    content: lines(
      '"id","ident","type","name","latitude_deg","longitude_deg","elevation_ft","continent","iso_country","iso_region","municipality","iata_code"',
      '11,"BIAA","small_airport","Alpha Strip",65.66,-18.07,6,"EU","IS","IS-6","Alphaville",',
      '12,"BIBB","heliport","Beta Pad",64.13,-21.94,48,"EU","IS","IS-1","Betaville",',
    ),
    places: [
      ["Alpha Strip", 65.66, -18.07],
      ["Beta Pad", 64.13, -21.94],
    ],
  },
  {
    format: "Socrata CSV with addresses",
    content:
      'Facility Name,Facility Type,Location 1\nAlder Library,library,"12 Alder St\nAlbany, NY\n(42.6526, -73.7562)"\nBirch Pool,pool,"3 Birch Ave\nAlbany, NY\n(42.6601, -73.7801)"\n',
    places: [
      ["Alder Library", 42.6526, -73.7562],
      ["Birch Pool", 42.6601, -73.7801],
    ],
  },
  {
    format: "Opendatasoft CSV",
    content: lines(
      "\ufeffNom du site;Type;Adresse;Geo Point 2D",
      "Jardin Bleu;parc;1 rue Bleue;48.1102, -1.6802",
      "Jardin Vert;parc;2 rue Verte;48.1203, -1.6903",
    ),
    places: [
      ["Jardin Bleu", 48.1102, -1.6802],
      ["Jardin Vert", 48.1203, -1.6903],
    ],
  },
  {
    format: "US Census gazetteer",
    content: lines(
      "USPS\tGEOID\tANSICODE\tNAME\tALAND\tAWATER\tINTPTLAT\tINTPTLONG             ",
      "VT\t5000101\t001\tAlder town\t1000\t20\t 44.100101\t -72.500201   ",
      "VT\t5000102\t002\tBirch village\t1000\t20\t 44.200101\t -72.600201   ",
    ),
    places: [
      ["Alder town", 44.100101, -72.500201],
      ["Birch village", 44.200101, -72.600201],
    ],
  },
  {
    format: "ArcGIS table of points",
    content: lines(
      "OBJECTID,PARK_NAME,CATEGORY,POINT_X,POINT_Y",
      "1,Alder Park,Park,-122.6501,45.5201",
      "2,Birch Park,Park,-122.6602,45.5302",
    ),
    places: [
      ["Alder Park", 45.5201, -122.6501],
      ["Birch Park", 45.5302, -122.6602],
    ],
  },
  {
    format: "a chain's list with time zones",
    content: lines(
      "Brand,Store Number,Store Name,Ownership Type,Street Address,City,State/Province,Country,Postcode,Phone Number,Timezone,Longitude,Latitude",
      "Beans,1-A,5th & Alder,Licensed,5 Alder St,Oxnard,CA,US,93030,,GMT-08:00 America/Los_Angeles,-119.17,34.2",
      "Beans,1-B,9th & Birch,Licensed,9 Birch St,Oxnard,CA,US,93030,,GMT-08:00 America/Los_Angeles,-119.18,34.21",
    ),
    places: [
      ["5th & Alder", 34.2, -119.17],
      ["9th & Birch", 34.21, -119.18],
    ],
  },
  {
    format: "a chain's list of locationname",
    content: lines(
      "locationname,address,city,state,zip,countrycode,lat,lon",
      "Alder Mall,1 Alder Rd,Macon,GA,31201,US,32.84,-83.63",
      "Birch Plaza,2 Birch Rd,Macon,GA,31201,US,32.85,-83.64",
    ),
    places: [
      ["Alder Mall", 32.84, -83.63],
      ["Birch Plaza", 32.85, -83.64],
    ],
  },
  {
    format: "a bank's list of branches",
    content: lines(
      "branch,address,city,state,zip,latitude,longitude",
      "Alder Square,1 Alder Sq,Boise,ID,83702,43.61,-116.2",
      "Birch Corner,2 Birch St,Boise,ID,83702,43.62,-116.21",
    ),
    places: [
      ["Alder Square", 43.61, -116.2],
      ["Birch Corner", 43.62, -116.21],
    ],
  },
  {
    format: "the World Port Index of old, in degrees and minutes",
    content: lines(
      "Port_Name,Country,LatDegrees,LatMinutes,LatHemisphere,LongDegrees,LongMinutes,LongHemisphere,Harbor_Size",
      "ALPHA BAY,NZ,36,30,S,174,45,E,S",
      "BETA COVE,NZ,41,15,S,174,48,E,M",
    ),
    places: [
      ["ALPHA BAY", -36.5, 174.75],
      ["BETA COVE", -41.25, 174.8],
    ],
  },
  {
    format: "Wikidata query service",
    content: lines(
      "item,itemLabel,coord",
      "http://www.wikidata.org/entity/Q1,Castle Alpha,Point(14.4001 50.0901)",
      "http://www.wikidata.org/entity/Q2,Castle Beta,Point(14.5002 50.1902)",
    ),
    places: [
      ["Castle Alpha", 50.0901, 14.4001],
      ["Castle Beta", 50.1902, 14.5002],
    ],
  },
  {
    format: "Overpass CSV",
    content: lines(
      "@id\t@lat\t@lon\tname\tamenity",
      "101\t50.0901\t14.4001\tKavárna Alfa\tcafe",
      "102\t50.1902\t14.5002\tBar Beta\tbar",
    ),
    places: [
      ["Kavárna Alfa", 50.0901, 14.4001, "amenity/cafe"],
      ["Bar Beta", 50.1902, 14.5002, "amenity/bar"],
    ],
  },
  {
    format: "MySQL's INTO OUTFILE",
    content: lines(
      '"id","name","lat","lon","note"',
      '"1","Joe\\"s, the bar","46.5101","6.6301",\\N',
      '"2","Café Deux","46.5202","6.6402","new"',
    ),
    places: [
      ['Joe"s, the bar', 46.5101, 6.6301],
      ["Café Deux", 46.5202, 6.6402],
    ],
  },
  {
    format: "Excel for Mac",
    content:
      "Shop;Breite;Länge;2024;2025\rLaden Eins;52,5201;13,4101;1;2\rLaden Zwei;52,5302;13,4202;3;4\r",
    places: [
      ["Laden Eins", 52.5201, 13.4101],
      ["Laden Zwei", 52.5302, 13.4202],
    ],
  },
  {
    format: "a report with a title and comments above its table",
    content: lines(
      "Register of shelters,,,",
      '"As of 2026, ""final""",,,',
      "",
      "# degrees are WGS84",
      "Shelter name,Lat. (N),Long. (E),Beds",
      'Alpha Hut,"46°30\'36""","7°58\'12""",12',
      'Beta Hut,"46°31\'12""","7°59\'24""",20',
    ),
    places: [
      ["Alpha Hut", 46.51, 7.97],
      ["Beta Hut", 46.52, 7.99],
    ],
  },
  {
    format: "All the Places",
    content: `{"type":"FeatureCollection","dataset_attributes":{"spider:name":"donuts_us"},"features":[\n${[
      feature(
        {
          ref: "300",
          "@spider": "donuts_us",
          "addr:full": "1 Alder Rd",
          "addr:city": "Salem",
          brand: "Donuts & Co",
          amenity: "fast_food",
        },
        -70.9,
        42.52,
      ),
      feature(
        { ref: "301", "@spider": "donuts_us", brand: "Donuts & Co", amenity: "fast_food" },
        -70.91,
        42.53,
      ),
    ]
      .map((one) => JSON.stringify(one))
      .join(",\n")}\n]}\n`,
    places: [
      ["Donuts & Co", 42.52, -70.9, "amenity/fast_food"],
      ["Donuts & Co", 42.53, -70.91, "amenity/fast_food"],
    ],
  },
  {
    format: "Who's On First, a feature a line",
    content: lines(
      ...[
        feature(
          {
            "wof:id": 7001,
            "wof:name": "Alpha Dairy",
            "wof:country": "NZ",
            "geom:latitude": -36.85,
            "geom:longitude": 174.76,
          },
          174.76,
          -36.85,
        ),
        feature({ "wof:id": 7002, "wof:name": "Beta Dairy", "wof:country": "NZ" }, 174.77, -36.86),
      ].map((one) => JSON.stringify(one)),
    ),
    places: [
      ["Alpha Dairy", -36.85, 174.76],
      ["Beta Dairy", -36.86, 174.77],
    ],
  },
  {
    format: "Who's On First, records without geometry",
    content: lines(
      '{"wof:concordances.gn:id":5,"geom:latitude":-36.85,"geom:longitude":174.76,"lbl:latitude":-36.8,"lbl:longitude":174.7,"wof:id":7001,"wof:name":"Alpha Dairy"}',
      '{"geom:latitude":-36.86,"geom:longitude":174.77,"wof:id":7002,"wof:name":"Beta Dairy"}',
    ),
    places: [
      ["Alpha Dairy", -36.85, 174.76],
      ["Beta Dairy", -36.86, 174.77],
    ],
  },
  {
    format: "ArcGIS REST",
    content: json({
      objectIdFieldName: "OBJECTID",
      spatialReference: { wkid: 4326 },
      fields: [{ name: "NAME", type: "esriFieldTypeString", alias: "Name" }],
      features: [
        { attributes: { OBJECTID: 1, NAME: "Alder Trail" }, geometry: { x: -105.2, y: 40.01 } },
        {
          attributes: { OBJECTID: 2, NAME: "Birch Lake" },
          geometry: {
            rings: [
              [
                [-105, 40],
                [-105, 40.2],
                [-104.8, 40.2],
                [-104.8, 40],
                [-105, 40],
              ],
            ],
          },
        },
      ],
    }),
    places: [
      ["Alder Trail", 40.01, -105.2],
      ["Birch Lake", 40.1, -104.9],
    ],
  },
  {
    format: "OGC API Features",
    content: json({
      type: "FeatureCollection",
      links: [{ href: "https://example.org", rel: "self", title: "This" }],
      features: [
        feature({ naam: "Fietsenstalling" }, 5.1, 52.1),
        feature({ naam: "Pont" }, 5.2, 52.2),
      ],
    }),
    places: [
      ["Fietsenstalling", 52.1, 5.1],
      ["Pont", 52.2, 5.2],
    ],
  },
  {
    format: "Google Places",
    content: json({
      html_attributions: [],
      results: [
        {
          place_id: "a",
          name: "Alpha Bar",
          types: ["bar"],
          geometry: {
            location: { lat: 48.1, lng: 2.1 },
            viewport: { northeast: { lat: 48.2, lng: 2.2 }, southwest: { lat: 48, lng: 2 } },
          },
        },
        {
          place_id: "b",
          name: "Beta",
          types: ["cafe"],
          geometry: { location: { lat: 48.2, lng: 2.2 } },
        },
      ],
      status: "OK",
    }),
    places: [
      ["Alpha Bar", 48.1, 2.1, "amenity/bar"],
      ["Beta", 48.2, 2.2, "amenity/cafe"],
    ],
  },
  {
    format: "Overpass JSON",
    content: json({
      version: 0.6,
      generator: "Overpass API",
      elements: [
        { type: "node", id: 1, lat: 48.1, lon: 2.1, tags: { amenity: "cafe", name: "Alpha" } },
        {
          type: "way",
          id: 2,
          center: { lat: 48.2, lon: 2.2 },
          nodes: [5, 6],
          tags: { shop: "bakery", name: "Beta" },
        },
      ],
    }),
    places: [
      ["Alpha", 48.1, 2.1, "amenity/cafe"],
      ["Beta", 48.2, 2.2, "shop/bakery"],
    ],
  },
  {
    format: "Socrata JSON",
    content: JSON.stringify([
      {
        facilityname: "Alder Pool",
        location: {
          latitude: "42.65",
          longitude: "-73.75",
          human_address: '{"address": "1 Alder"}',
        },
      },
      { facilityname: "Birch Pool", location: { latitude: "42.66", longitude: "-73.76" } },
    ]),
    places: [
      ["Alder Pool", 42.65, -73.75],
      ["Birch Pool", 42.66, -73.76],
    ],
  },
  {
    format: "Yelp",
    content: json({
      total: 2,
      businesses: [
        {
          id: "a",
          alias: "alpha",
          name: "Alpha Tacos",
          coordinates: { latitude: 32.71, longitude: -117.16 },
          location: { address1: "1 Alder", city: "San Diego" },
        },
        { id: "b", name: "Beta Pho", coordinates: { latitude: 32.72, longitude: -117.17 } },
      ],
      region: { center: { longitude: -117, latitude: 32 } },
    }),
    places: [
      ["Alpha Tacos", 32.71, -117.16],
      ["Beta Pho", 32.72, -117.17],
    ],
  },
  {
    format: "Foursquare's API",
    content: json({
      meta: { code: 200 },
      response: {
        venues: [
          {
            id: "a",
            name: "Alpha",
            location: { address: "1 Alder", lat: 52.51, lng: 13.41, city: "Berlin" },
          },
          {
            id: "b",
            name: "Beta",
            location: { address: "2 Birch", lat: 52.52, lng: 13.42, city: "Berlin" },
          },
        ],
      },
    }),
    places: [
      ["Alpha", 52.51, 13.41],
      ["Beta", 52.52, 13.42],
    ],
  },
  {
    format: "HERE",
    content: JSON.stringify({
      results: {
        items: [
          { title: "Alpha Bar", id: "here:1", position: { lat: 52.51, lng: 13.41 } },
          { title: "Beta Bar", id: "here:2", position: { lat: 52.52, lng: 13.42 } },
        ],
      },
    }),
    places: [
      ["Alpha Bar", 52.51, 13.41],
      ["Beta Bar", 52.52, 13.42],
    ],
  },
  {
    format: "Nominatim",
    content: JSON.stringify([
      {
        place_id: 1,
        lat: "41.38",
        lon: "2.17",
        name: "Bar Alfa",
        display_name: "Bar Alfa, Barcelona",
        type: "bar",
      },
      {
        place_id: 2,
        lat: "41.39",
        lon: "2.18",
        name: "Café Beta",
        display_name: "Café Beta, Barcelona",
        type: "cafe",
      },
    ]),
    places: [
      ["Bar Alfa", 41.38, 2.17, "amenity/bar"],
      ["Café Beta", 41.39, 2.18, "amenity/cafe"],
    ],
  },
  {
    format: "airports by their code",
    content: json({
      XAAA: {
        icao: "XAAA",
        name: "Alpha Field",
        city: "Alpha",
        lat: 48.1,
        lon: 2.1,
        tz: "Europe/Paris",
      },
      XBBB: {
        icao: "XBBB",
        name: "Beta Field",
        city: "Beta",
        lat: 48.2,
        lon: 2.2,
        tz: "Europe/Paris",
      },
    }),
    places: [
      ["Alpha Field", 48.1, 2.1],
      ["Beta Field", 48.2, 2.2],
    ],
  },
  {
    format: "stations by their name",
    content: JSON.stringify({
      updated: "2026-01-01",
      stations: {
        Aleph: { lat: 39.91, lon: 116.41, line: 1 },
        Beth: { lat: 39.92, lon: 116.42, line: 1 },
        Gimel: { lat: 39.93, lon: 116.43, line: 2 },
      },
    }),
    places: [
      ["Aleph", 39.91, 116.41],
      ["Beth", 39.92, 116.42],
      ["Gimel", 39.93, 116.43],
    ],
  },
  {
    format: "JSON:API",
    content: json({
      jsonapi: { version: "1.0" },
      data: [
        {
          type: "gite",
          id: "1",
          attributes: { name: "Gîte Alpha", latitude: 45.1, longitude: 5.1 },
        },
        {
          type: "gite",
          id: "2",
          attributes: { name: "Gîte Beta", latitude: 45.2, longitude: 5.2 },
        },
      ],
    }),
    places: [
      ["Gîte Alpha", 45.1, 5.1],
      ["Gîte Beta", 45.2, 5.2],
    ],
  },
  {
    format: "GBFS station_information.json",
    content: JSON.stringify({
      last_updated: 1,
      ttl: 60,
      data: {
        stations: [
          { station_id: "1", name: "Alder & 1st", lat: 43.65, lon: -79.38, capacity: 10 },
          { station_id: "2", name: "Birch & 2nd", lat: 43.66, lon: -79.39, capacity: 12 },
        ],
      },
    }),
    places: [
      ["Alder & 1st", 43.65, -79.38],
      ["Birch & 2nd", 43.66, -79.39],
    ],
  },
  {
    format: "Open Charge Map",
    content: json([
      {
        ID: 1,
        UUID: "A",
        AddressInfo: { ID: 11, Title: "Alder Car Park", Latitude: 51.51, Longitude: -0.11 },
      },
      {
        ID: 2,
        UUID: "B",
        AddressInfo: { ID: 12, Title: "Birch Car Park", Latitude: 51.52, Longitude: -0.12 },
      },
    ]),
    places: [
      ["Alder Car Park", 51.51, -0.11],
      ["Birch Car Park", 51.52, -0.12],
    ],
  },
  {
    format: "schema.org",
    content: json({
      "@context": "https://schema.org",
      "@graph": [
        {
          "@type": "Bar",
          name: "Alpha",
          geo: { "@type": "GeoCoordinates", latitude: 59.91, longitude: 10.75 },
        },
        {
          "@type": "Bar",
          name: "Beta",
          geo: { "@type": "GeoCoordinates", latitude: 59.92, longitude: 10.76 },
        },
      ],
    }),
    places: [
      ["Alpha", 59.91, 10.75, "amenity/bar"],
      ["Beta", 59.92, 10.76, "amenity/bar"],
    ],
  },
  {
    format: "a city's drinking fountains, which have no names",
    content: json({
      type: "FeatureCollection",
      features: [
        feature({ nr: 1, typ: "Trinkbrunnen", standort: "Olivaer Platz" }, 13.31, 52.5),
        feature({ nr: 2, typ: "Trinkbrunnen", standort: "Savignyplatz" }, 13.32, 52.51),
      ],
    }),
    places: [
      ["A trinkbrunnen, Olivaer Platz", 52.5, 13.31],
      ["A trinkbrunnen, Savignyplatz", 52.51, 13.32],
    ],
  },
  {
    format: "two collections put one after the other",
    content: `${json({ type: "FeatureCollection", features: [feature({ name: "Alpha" }, 2.1, 48.1)] })}\n${json({ type: "FeatureCollection", features: [feature({ name: "Beta" }, 2.2, 48.2)] })}\n`,
    places: [
      ["Alpha", 48.1, 2.1],
      ["Beta", 48.2, 2.2],
    ],
  },
  {
    format: "several lists in one document",
    content: json({
      cafes: [{ name: "Alpha", lat: 48.1, lon: 2.1 }],
      staff: [{ name: "Ann", age: 30 }],
      bars: [
        { name: "Beta", lat: 48.2, lon: 2.2 },
        { name: "Gamma", lat: 48.3, lon: 2.3 },
      ],
    }),
    places: [
      ["Alpha", 48.1, 2.1],
      ["Beta", 48.2, 2.2],
      ["Gamma", 48.3, 2.3],
    ],
  },
  {
    format: "PostGIS, as psql copies it",
    content: lines(
      "id,name,geom",
      "1,Alpha,0101000020E6100000CDCCCCCCCCCC0040CDCCCCCCCC0C4840",
      "2,Beta,0101000020E61000009A999999999901409A99999999194840",
    ),
    places: [
      ["Alpha", 48.1, 2.1],
      ["Beta", 48.2, 2.2],
    ],
  },
];
