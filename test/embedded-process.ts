import { startEmbeddedPostgres } from "../scripts/embedded-postgres.ts";
import { aborted, endWithDatabase, launch } from "../scripts/programs.ts";

/** Runs an embedded PostgreSQL in the folder that is named as the argument, as a launcher does. */
await launch(async (ending) => {
  await using started = new AsyncDisposableStack();
  const database = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? "", fsync: false });
  started.defer(() => database.stop());
  endWithDatabase(database, ending);
  console.log("started");
  await aborted(ending.signal);
});
