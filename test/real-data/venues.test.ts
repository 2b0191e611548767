import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectionOf, FOLDER, REAL_SETS } from "../../bench/real-places.ts";
import { argumentsOf, DECLARED_COSTS, expectWithin } from "./costs.ts";
import { openEngine } from "./engine.ts";
import { Judge } from "./judge.ts";
import { KINDS, questioner } from "./questions.ts";
import { setOf } from "./set.ts";
import { faultsOf } from "./verdict.ts";

const QUESTIONS_A_KIND = 20;
const MINUTES = 60_000;

/** Half a million of real places, very unevenly spread, many of them on one point. */
const venues = REAL_SETS.filter(({ id }) => id.startsWith("wof-"));
const areThere = existsSync(`${FOLDER}/wof-venues`);
const given = areThere ? "" : " (SKIPPED: ../shared/data/wof-venues is not there)";

describe.runIf(areThere)(
  `agrees with a search of every venue, on ${QUESTIONS_A_KIND} questions${given}`,
  () => {
    let engine: Awaited<ReturnType<typeof openEngine>>;
    let judge: Judge;
    let ask: ReturnType<typeof questioner>;

    beforeAll(async () => {
      const set = setOf(
        venues.map(({ id, records }) => ({ collection: collectionOf(id), records: records() })),
      );
      engine = await openEngine("venues", set);
      judge = new Judge(set);
      ask = questioner(set, 500_349);
    }, 10 * MINUTES);

    afterAll(() => engine?.close());

    it.each(KINDS)("%s", { timeout: 5 * MINUTES }, async (kind) => {
      const faults: string[] = [];
      for (let k = 0; k < QUESTIONS_A_KIND; k++) {
        faults.push(...(await faultsOf(engine, judge, ask(kind), k % 4 === 0 ? 3 : 1)));
      }
      expect(faults).toEqual([]);
    });

    it.each(DECLARED_COSTS)("costs no more than is declared: %s", async (_, args, most) => {
      expectWithin(await engine.cost(argumentsOf(args)), most);
    });
  },
);
