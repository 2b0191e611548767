import assert from "node:assert/strict";
import { localToken } from "./server/tokens.ts";
import { defaultMap } from "./smoke/map.ts";
import { type Check, ownData } from "./smoke/own-data.ts";
import { AIRPORTS, ERAS, largeAirports } from "./smoke/questions.ts";
import { Readme } from "./smoke/readme.ts";
import { SmokeServer } from "./smoke/server.ts";

/**
 * The first minutes of a newcomer: `npm start` as the README says, its commands, and the nearest large airports of
 * cities that everybody knows, asked with a real client of each era, and the map.
 */

let passed = 0;
const check: Check = async (name, run) => {
  await run();
  passed += 1;
  console.log(`ok: ${name.split("\n")[0]}`);
};

const server = await SmokeServer.start();
try {
  const readme = await Readme.open(server.port, await localToken("ADMIN_TOKEN"));
  for (const command of readme.blocks("curl -s ")) {
    await check(`README: ${command}`, async () => {
      const { code, out } = await readme.shell(command);
      assert.equal(code, 0);
      assert.match(out, /"status":"ok"|"result":/);
      assert.doesNotMatch(out, /"isError":true/);
    });
  }
  await check("nobody reads the stores without the token", async () => {
    const { status } = await fetch(new URL("/cdn-cgi/explorer/api/d1/database", server.url));
    assert.equal(status, 404);
  });
  for (const era of ERAS) {
    for (const [city, center, expected] of AIRPORTS) {
      await check(`${era}: the large airports of ${city}`, async () => {
        assert.deepEqual(await largeAirports(server.url, center, era), expected);
      });
    }
  }
  await defaultMap(server.url, check);
  await ownData(server.url, readme, check);
  console.log(`${passed} passed, 0 failed`);
} finally {
  server.stop();
}
