/** Kept once, in package.json; the named import leaves the rest of that file out of the bundle. */
export { version } from "../package.json";
