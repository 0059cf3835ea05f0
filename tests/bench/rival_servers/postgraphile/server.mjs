// PostGraphile 5 as its documentation tunes it for production: no watching, no GraphiQL, no websockets, no explain,
// compiled once. Only the tables of the bench; row-level security by pgSettings where BENCH_UNIT is set.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { makePgService } from "postgraphile/adaptors/pg";

const dsn = JSON.parse(process.env.BENCH_DSN);
const unit = process.env.BENCH_UNIT;
const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      poolConfig: { ...dsn, max: 10, min: 4 },
      schemas: ["public"],
      pubsub: false,
      ...(unit ? { pgSettings: () => ({ "bench.unit": unit }) } : {}),
    }),
  ],
  gather: { installWatchFixtures: false, pgIdentifiers: "qualified" },
  disablePlugins: ["PgIndexBehaviorsPlugin"], // it would hide filters by columns that lead no index
  schema: { defaultBehavior: "connection list -typeField -queryField -mutationField", dontSwallowErrors: true },
  grafast: { explain: false },
  grafserv: { port: 0, watch: false, websockets: false, graphiql: false, graphqlPath: "/graphql" },
};
const instance = postgraphile(preset);
if (process.env.BENCH_PRINT) {
  const { printSchema } = await import("postgraphile/graphql");
  console.log(printSchema(await instance.getSchema()));
  await instance.release();
  process.exit(0);
}
const server = createServer();
server.keepAliveTimeout = 600000;
await instance.createServ(grafserv).addTo(server);
server.listen(Number(process.env.PORT), "127.0.0.1");
