import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { PlaceIndex } from "../../src/index/place-index.ts";
import { loadRealSet } from "../suppor./set.ts";
import { Judge } from "../suppor./judge.ts";
import { KINDS, questioner } from "../suppor./questions.ts";
import { faultsOf } from "../suppor./verdict.ts";

const QUESTIONS_A_KIND = 40;
const MINUTES = 60_000;

/** Half a million of real places, very unevenly spread, many of them on one point. */
const { venues } = inject("sharedData");
const given = venues ? "" : " (SKIPPED: ../shared/data/wof-venues is not there)";

describe.runIf(venues)(
  `agrees with a search of every venue, on ${QUESTIONS_A_KIND} questions${given}`,
  () => {
    const store = new PlaceIndex(env.PLACES_DB, env.PLACES_BUCKET);
    let judge: Judge;
    let ask: ReturnType<typeof questioner>;

    beforeAll(async () => {
      const set = await loadRealSet("/venues");
      judge = new Judge(set);
      ask = questioner(set, 500_349);
    }, 10 * MINUTES);

    it.each(KINDS)("%s", { timeout: 5 * MINUTES }, async (kind) => {
      const faults: string[] = [];
      for (let k = 0; k < QUESTIONS_A_KIND; k++) {
        faults.push(...(await faultsOf(store, judge, ask(kind), k % 4 === 0 ? 3 : 1)));
      }
      expect(faults).toEqual([]);
    });
  },
);
