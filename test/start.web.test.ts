import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { getWorkerState } from "#lib/alerting/alarms/worker-silence.ts";
import { openServices } from "#lib/core/open.ts";
import { sealAt } from "#lib/core/sealing.ts";
import { createOrganisation } from "#lib/identity/organisations/create.ts";
import { noVendors } from "#lib/vendors/offer.ts";
import { startEmbeddedPostgres } from "../scripts/embedded-postgres.ts";
import { freePort } from "../scripts/ports.ts";
import { tenantId } from "./form.ts";
import { portalWithoutDatabase } from "./web-process.ts";

/** secrets of one program, or of none, with the programs that may have each */
const secrets: Record<string, readonly string[]> = {
  "a session secret of 32 characters": ["web"],
  "the sign-in's secret": ["web"],
  "the-mail-password": ["worker"],
  "the-owner-password": [],
};
const [session = "", signIn = "", mail = "", owner = ""] = Object.keys(secrets);

/** a folder that looks like this one, but has no `.pocketsoc` of its own yet */
let folder: string;
let port: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pocketsoc-start-"));
  // for root, another account runs PostgreSQL and must reach its files
  chmodSync(folder, 0o711);
  for (const name of readdirSync(".").filter((entry) => entry !== ".pocketsoc" && entry !== ".git"))
    symlinkSync(resolve(name), join(folder, name));
  port = await freePort();
});
const portals: Portal[] = [];
afterAll(async () => {
  for (const { child, ended } of portals) {
    child.kill("SIGTERM");
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

type Portal = { child: ChildProcess; output: string; ended: Promise<unknown[]> };
/** Runs `npm start`, or another program, in the folder, with the database that `npm start` starts itself. */
function start(more: Record<string, string> = {}, program = "scripts/start.ts"): Portal {
  const { DATABASE_URL: _, ...settings } = portalWithoutDatabase(`http://localhost:${port}`);
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    env: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: "",
      ...settings,
      PORT: String(port),
      POCKETSOC_SESSION_SECRET: session,
      POCKETSOC_ENTRA_CLIENT_SECRET: signIn,
      POCKETSOC_SMTP_URL: `smtp://portal:${mail}@127.0.0.1:1`,
      POCKETSOC_MAIL_FROM: "soc@contoso.example",
      DATABASE_OWNER_URL: `postgres://owner:${owner}@127.0.0.1:1/none`,
      ...more,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const portal: Portal = { child, output: "", ended: once(child, "exit") };
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (portal.output += text));
  portals.push(portal);
  return portal;
}

/** Resolves once the portal has written all these texts. Throws what it wrote if it ends before. */
async function written(portal: Portal, texts: string[]): Promise<void> {
  while (!texts.every((text) => portal.output.includes(text))) {
    if (portal.child.exitCode !== null) throw new Error(portal.output);
    await Promise.race([new Promise((heard) => portal.child.stdout?.once("data", heard)), portal.ended]);
  }
}

/** Opens the database that the running portal has started, with the portal's keyring. */
async function openOwn() {
  const { appUrl } = await startEmbeddedPostgres({ dataDir: join(folder, ".pocketsoc", "postgres") });
  const encryptionKeys = [{ id: "test", key: Buffer.alloc(32) }];
  const portalUrl = `http://localhost:${port}`;
  return openServices(
    { databaseUrl: appUrl, portalUrl, encryptionKeys, vendors: noVendors, undoSeconds: 8 },
    "start-test",
  );
}

/** The program that a process of the portal runs, or "" for another process. */
function programOf(pid: number): string {
  const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
  if (/next-server|next\0start/.test(command)) return "web";
  return command.includes("programs/worker/main.ts") ? "worker" : "";
}
/** Lists the processes that a process has started, those that these have started, and so on. */
function below(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  return children.flatMap((child) => [Number(child), ...below(Number(child))]);
}
/** Lists the addresses on which anything listens at a port, as Linux writes them. */
const listeningAt = (wanted: number) =>
  ["/proc/net/tcp", "/proc/net/tcp6"].filter(existsSync).flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(
        ([, local, , state]) =>
          state === "0A" && local?.endsWith(`:${wanted.toString(16).toUpperCase().padStart(4, "0")}`),
      )
      .map(([, local = ""]) => local.split(":")[0]),
  );

// what a process was given and where it listens is read from /proc
describe.runIf(process.platform === "linux")("npm start", () => {
  let portal: Portal;
  beforeAll(async () => {
    portal = start();
    // the worker reseals what an earlier key sealed when it starts, so that the key can go
    await written(portal, ["worker.started", "keys.resealed", "Ready"]);
  });

  it("listens on this machine only", () => {
    expect(listeningAt(port)).toEqual(["0100007F"]);
  });

  it("gives each program its own secrets only", () => {
    const given = below(portal.child.pid ?? 0).flatMap((pid) => {
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
      const program = programOf(pid);
      return program
        ? Object.keys(secrets).map((secret) => [program, secret, environment.includes(secret)])
        : [];
    });
    expect(new Set(given.map(([program]) => program))).toEqual(new Set(["web", "worker"]));
    expect(given).toEqual(
      given.map(([program, secret]) => [program, secret, secrets[String(secret)]?.includes(String(program))]),
    );
  });

  it("runs a worker that says so, by which its silence is noticed", async () => {
    const { services, handle } = await openOwn();
    expect((await getWorkerState(services)).state).toBe("running");
    await handle.close();
  });

  it("has a command beside it that says what still needs which encryption key", async () => {
    const told = start({}, "scripts/keys.ts");
    expect(await told.ended).toEqual([0, null]);
    expect(told.output).toMatch(
      /^test: seals everything new\. It is needed for keys for notifications on devices \(1\)\.$/m,
    );
  });

  it("ends with code 1 when its database is killed, so that whatever supervises it starts it again", async () => {
    const pidFile = join(folder, ".pocketsoc", "postgres", "data", "postmaster.pid");
    process.kill(Number.parseInt(readFileSync(pidFile, "utf8"), 10), "SIGKILL");
    expect(await portal.ended).toEqual([1, null]);
    expect(portal.output).toContain("The database stopped by itself, so everything is stopped.");
  });

  it("refuses a keyring whose key has the right id and opens no data key", async () => {
    const { services, handle } = await openOwn();
    const organisationId = await createOrganisation(services, {
      name: "Test",
      directoryId: tenantId,
      firstAdmin: null,
    });
    await inOrganisation(services.db, organisationId, (tx) =>
      sealAt(services, tx, { purpose: "credential-secret", organisationId, rowId: organisationId }, "x"),
    );
    await handle.close();
    const refused = start({
      POCKETSOC_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 1).toString("base64")}`,
    });
    await expect(written(refused, ["worker.started"])).rejects.toThrow(
      "- POCKETSOC_ENCRYPTION_KEYS opens none of the database's 1 data key,",
    );
    expect(refused.child.exitCode).toBe(1);
  });
});
