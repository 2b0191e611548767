/**
 * Looks at the view, the page and /here in a real Chromium, in hosts of every kind: `npm run browser`.
 *
 *     npm run browser -- --only keyboard          the checks whose names have that in them; more than once, any of them
 *     npm run browser -- --one-in 6               one check in six, each day others: CI has little time
 *     npm run browser -- --screenshots <folder>   pictures, instead of checks
 *
 * The server is `npm start` on a free port, with its data, or the one at SERVER. CHROMIUM names the browser. Each check has
 * pages of its own, and at its end nothing may have been asked of another origin, written as an error, or sent against the
 * schema of the extension.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { utcDayOf } from "../src/hours/calendar.ts";
import { before } from "./browser/checks/before.ts";
import { does } from "./browser/checks/does.ts";
import { everyone } from "./browser/checks/everyone.ts";
import { front } from "./browser/checks/front.ts";
import { geometry } from "./browser/checks/geometry.ts";
import { ground } from "./browser/checks/ground.ts";
import { height } from "./browser/checks/height.ts";
import { here } from "./browser/checks/here.ts";
import { hosts } from "./browser/checks/hosts.ts";
import { official } from "./browser/checks/official.ts";
import { safety } from "./browser/checks/safety.ts";
import { shows } from "./browser/checks/shows.ts";
import { type Checks, perform } from "./browser/checks.ts";
import { picturesInto } from "./browser/pictures.ts";
import { openStage } from "./browser/stage.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [""] },
    "one-in": { type: "string", default: "1" },
    screenshots: { type: "string" },
  },
});
const checks: Checks = values.screenshots
  ? picturesInto(values.screenshots)
  : {
      ...{ ...shows, ...does, ...before, ...hosts, ...height, ...everyone, ...safety },
      ...{ ...ground, ...geometry, ...official, ...front, ...here },
    };

const { stage, close } = await openStage();
try {
  const day = utcDayOf(Date.now());
  const oneIn = Number(values["one-in"]);
  const wanted = Object.entries(checks).filter(
    ([name], at) => values.only.some((part) => name.includes(part)) && (at + day) % oneIn === 0,
  );
  const startedAtMs = Date.now();
  // They wait more than they work.
  const failed = await perform(stage, Object.fromEntries(wanted), availableParallelism() + 2);
  const seconds = Math.round((Date.now() - startedAtMs) / 1_000);
  console.log(`${wanted.length - failed} passed, ${failed} failed, in ${seconds} s`);
  process.exitCode = failed > 0 || wanted.length === 0 ? 1 : 0;
} finally {
  await close();
}
