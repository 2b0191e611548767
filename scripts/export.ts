import { CallerError } from "../src/errors.ts";
import { CollectionDetails, PlacesPage } from "../src/imports/contract.ts";
import type { AdminApi } from "./api/admin-api.ts";
import { TARGET_OPTIONS, withApiIfThere } from "./api/target.ts";
import { type Command, parsedOptions, runCommand } from "./command/command.ts";
import { output } from "./command/output.ts";
import { grouped } from "./command/progress.ts";
import { collectionId } from "./import/options.ts";

const USAGE = `npm run export -- <collection> > places.geojson

  --to <url> --token <token>   the deployed Worker (default: the server on this machine)

All of a collection as GeoJSON, which npm run import takes back as it was.`;

/** `npm run export`: writes a collection as GeoJSON to the output, a place a line. */
export const exportCommand: Command = {
  usage: USAGE,
  kept: "What is written is not whole: run the same command again.",
  async run(args, signal) {
    const options = { args, options: TARGET_OPTIONS, allowPositionals: true } as const;
    const { values, positionals } = parsedOptions(options, USAGE);
    const [id, ...rest] = positionals;
    if (id === undefined || rest.length > 0) throw new CallerError(USAGE);
    collectionId(id);
    return withApiIfThere(values, signal, (api) => {
      // To start one here would print how far that is between the places.
      if (!api)
        throw new CallerError("No server runs here: npm start, or name another one by --to.");
      return exportAll(api, id);
    });
  },
};

async function exportAll(api: AdminApi, id: string): Promise<number> {
  const path = `/collections/${id}`;
  const collection = await api.find(CollectionDetails, path);
  if (!collection)
    throw new CallerError(`There is no collection "${id}": see npm run collections.`);
  const { attributes, title, license, attribution, url, asOf } = collection;
  const write = await output();
  await write('{"type":"FeatureCollection","features":[');
  let places = 0;
  let lost = 0;
  for (let after: string | undefined = ""; after !== undefined; ) {
    const query = new URLSearchParams({ after });
    const page: PlacesPage = await api.ask(PlacesPage, {
      method: "GET",
      path: `${path}/places?${query}`,
    });
    const features = page.places.map((place) => JSON.stringify(featureOf(place)));
    if (features.length > 0) await write(`${places > 0 ? "," : ""}\n${features.join(",\n")}`);
    places += features.length;
    lost += page.lost;
    after = page.next;
  }
  const label = JSON.stringify({ title, license, attribution, url, asOf });
  await write(`\n],${label.slice(1)}\n`);
  const declared = Object.entries(attributes).map(([name, { type }]) => `${name}:${type}`);
  const options = declared.length > 0 ? ` It declares --attribute ${declared.join(",")}` : "";
  console.error(`${grouped(places)} places of "${id}" are written.${options}`);
  if (lost === 0) return 0;
  console.error(`The records of ${grouped(lost)} more are lost: see npm run rebuild.`);
  return 1;
}

/** All fields are properties, but for the point. */
function featureOf({ latitude, longitude, ...properties }: PlacesPage["places"][number]): object {
  const geometry = { type: "Point", coordinates: [longitude, latitude] };
  return { type: "Feature", geometry, properties };
}

if (import.meta.main) await runCommand(exportCommand);
