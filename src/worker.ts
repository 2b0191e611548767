import { createApp, serve } from "./http/app.ts";
import { compactAll } from "./imports/compaction.ts";
import { removeExpired } from "./imports/expire.ts";
import { inboxObjectOf } from "./imports/inbox/event.ts";
import { keepUp } from "./index/write/upkeep.ts";
import { catalog, chatgptCatalog } from "./mcp/catalog.ts";
import { endpointFor } from "./mcp/server.ts";
import { protocolSessionClass } from "./mcp/sessions/protocol-session.ts";
import { reportFailure } from "./observe/failures.ts";
import { oauthOf, openDeployment, openStores, openWorld } from "./services.ts";
import { taskWorkClass } from "./tasks/engine/work.ts";
import inboxImport from "./tasks/types/inbox-import.ts";
import { CALLERS_TYPES, SYSTEM_TYPES } from "./tasks/types.ts";

const endpoints = { "/mcp": endpointFor(catalog), "/chatgpt/mcp": endpointFor(chatgptCatalog) };

export default {
  fetch: serve(createApp(endpoints), openDeployment),
  async queue({ messages }, env, context) {
    const { services, stores } = openDeployment(env, context);
    for (const message of messages) {
      try {
        const object = await inboxObjectOf(stores.bucket, message.body);
        // The same object joins its import, however often its event is delivered.
        if (object) await services.tasks.submitOwn({ type: inboxImport.name, data: object });
        message.ack();
      } catch (error) {
        reportFailure("queue", error);
        message.retry();
      }
    }
  },
  async scheduled({ scheduledTime }, env, context) {
    const { stores, metrics } = openStores(env, context);
    const { tasks } = openDeployment(env, context).services;
    // It runs every ten minutes, and what is signed for lasts for hours.
    const at = new Date(scheduledTime);
    const isNewHour = at.getUTCMinutes() < 10;
    const isNewDay = isNewHour && at.getUTCHours() === 0;
    const works = [
      () => removeExpired(stores, Date.now()),
      () => compactAll(stores),
      // Once a day the words are counted again after few changes, too.
      () => keepUp(stores, isNewDay ? { dueShare: 0 } : {}),
      () => tasks.removeOrphans(),
      ...(isNewHour ? [() => oauthOf(env, metrics).sweep()] : []),
    ];
    for (const work of works) {
      await work().catch((error) => reportFailure("scheduled", error));
    }
  },
} satisfies ExportedHandler<Env>;

export { Budgets } from "./budgets/budgets.ts";
export { Credentials } from "./credentials/credentials.ts";
export { SessionRegister } from "./mcp/sessions/registry.ts";
export { Session } from "./memory/session.ts";
export { ModelLedger } from "./models/ledger/model-ledger.ts";
export { GrantRefresh } from "./oauth/refresh.ts";
export { MetricShard } from "./observe/metric-shard.ts";
export { TaskRegister } from "./tasks/engine/register.ts";
export { Task } from "./tasks/engine/task.ts";
export { WeatherStation } from "./weather/station.ts";
export const TaskWork = taskWorkClass([...CALLERS_TYPES, ...SYSTEM_TYPES], openWorld);
export const ProtocolSession = protocolSessionClass(({ path, ...session }, env, state) =>
  endpoints[path as keyof typeof endpoints].createServer(openDeployment(env, state), {
    era: "legacy",
    ...session,
  }),
);
