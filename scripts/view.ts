import { buildView } from "./view/build.ts";

/** `npm run view`: makes the map and the pages again; `npm start`, `npm test` and `npm run deploy` do so by themselves. */
await buildView();
