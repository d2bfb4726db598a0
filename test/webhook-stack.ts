import { join } from "node:path";
import { migrateDatabase } from "#db/migrate.ts";
import { startEmbeddedPostgres } from "../scripts/embedded-postgres.ts";
import { freePort } from "../scripts/ports.ts";
import { lockFolder } from "../scripts/state-folder.ts";
import { webhookToken } from "./webhook-bodies.ts";
import { startTestStack } from "./stack.ts";
import { startReceiverProcess, startWebProcess, type WebProcess } from "./web-process.ts";
import { startWorkerProcess, type WorkerProcess } from "./worker-process.ts";

export type WebhookStack = Awaited<ReturnType<typeof startWebhookStack>>;

/**
 * Starts a PostgreSQL that writes to disk, so that a test can restart it. Also starts a receiver, web processes and workers
 * (two of each by default), and adds an organisation with a webhook token.
 */
// long: one object of the tests' tools
export async function startWebhookStack(
  name: string,
  {
    webs: webCount = 2,
    workers: workerCount = 2,
    settings = {} as Record<string, string>,
    isBrowsed = false,
  } = {},
) {
  const stateDir = join(".pocketsoc", name);
  lockFolder(stateDir);
  const dataDir = join(stateDir, "postgres");
  let server = await startEmbeddedPostgres({ dataDir });
  await server.dropDatabase("pocketsoc");
  await server.createDatabase("pocketsoc");
  await migrateDatabase(server.ownerUrl);
  const { appUrl, ownerUrl, superUrl } = server;
  const stack = await startTestStack({ superUrl, ownerUrl, appUrl, drop: async () => {} });
  const admin = await stack.asMember("admin");
  const token = await webhookToken(admin);
  const ports: number[] = [];
  while (ports.length < webCount) ports.push(await freePort());
  const env = {
    ...stack.workerEnv,
    // a browser's pages accept only what comes from their own address
    ...(isBrowsed ? { POCKETSOC_URL: `http://localhost:${ports[0]}` } : {}),
    POCKETSOC_SESSION_SECRET: stack.workerEnv.POCKETSOC_SESSION_SECRET,
    NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS ?? "",
    ...settings,
  };
  const webs: WebProcess[] = await Promise.all(ports.map((port) => startWebProcess(env, port)));
  const receiver = await startReceiverProcess(env, await freePort());
  const workers: WorkerProcess[] = Array.from({ length: workerCount }, () => startWorkerProcess(env));
  let turn = 0;
  const startPostgres = async () => {
    server = await startEmbeddedPostgres({ dataDir });
  };
  return {
    ...stack,
    admin,
    token,
    env,
    /** the receiver program's address */
    receiverUrl: receiver.url,
    /** returns the address of a web process, the next process at each call */
    address: () => webs[turn++ % webs.length]?.url ?? "",
    /** returns the first web process's id */
    webPid: () => webs[0]?.pid ?? 0,
    /** returns what the first web process has written so far */
    webOutput: () => webs[0]?.output() ?? "",
    /** returns the first worker's id */
    workerPid: () => workers[0]?.pid ?? 0,
    /** resolves once no delivery waits to be merged */
    drained: async (timeoutMs = 120_000) => {
      for (const began = performance.now(); performance.now() - began < timeoutMs; ) {
        const [row] = await stack.services.db.execute<{ count: number }>(
          "select count(*)::int as count from inbox",
        );
        if (row?.count === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error("deliveries still wait");
    },
    killWeb: async (index: number) => {
      await webs[index]?.stop("SIGKILL");
      webs[index] = await startWebProcess(env, ports[index] ?? 0);
    },
    killWorker: async (index: number) => {
      await workers[index]?.stop("SIGKILL");
      workers[index] = startWorkerProcess(env);
    },
    stopPostgres: () => server.stop(),
    startPostgres,
    restartPostgres: async (outageMs: number) => {
      await server.stop();
      await new Promise((resolve) => setTimeout(resolve, outageMs));
      await startPostgres();
    },
    stop: async () => {
      await receiver.stop("SIGKILL");
      await Promise.all(webs.map((web) => web.stop("SIGKILL")));
      await Promise.all(workers.map((worker) => worker.stop("SIGKILL")));
      await stack.stop();
      await server.stop();
    },
  };
}
