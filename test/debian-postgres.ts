import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import { ensureCertificates } from "../emulator/tls.ts";
import { findDebianPostgres } from "../scripts/debian-services.ts";
import { freePort } from "../scripts/ports.ts";

/** the account that runs the servers, because neither PostgreSQL nor PgBouncer runs as root */
const account = process.getuid?.() === 0 ? accountOf("postgres") : null;

function accountOf(name: string): { uid: number; gid: number } {
  const number = (flag: string) => Number(spawnSync("id", [flag, name], { encoding: "utf8" }).stdout);
  return { uid: number("-u"), gid: number("-g") };
}

/** Makes a folder that belongs to the servers' account. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pocketsoc-debian-"));
  give(folder, 0o700);
  return folder;
}

function give(path: string, mode: number): void {
  chmodSync(path, mode);
  if (account) chownSync(path, account.uid, account.gid);
}

function writeFor(path: string, text: string): void {
  writeFileSync(path, text);
  give(path, 0o600);
}

function run(command: string, args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { ...account, cwd: "/", encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGINT");
  await ended;
}

/** Calls `attempt` until it succeeds, for at most 20 s. */
async function untilUp(attempt: () => Promise<unknown>): Promise<void> {
  for (let left = 100; ; left--) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await pause(200);
    }
  }
}

export type DebianPostgres = {
  port: number;
  /** the file of the private authority that signed the server's certificate for localhost */
  caFile: string;
  /** a role that may do everything */
  superUrl: string;
  /** Runs statements as psql does, in the database `postgres`, as a role with this address. Throws what psql prints. */
  psql(url: string, statements: string): void;
  stop(): Promise<void>;
};

/**
 * Starts Debian's PostgreSQL. As managed servers do, it takes only encrypted connections, and its certificate comes from a
 * private authority.
 */
export async function startDebianPostgres(): Promise<DebianPostgres> {
  const bin = findDebianPostgres();
  if (!bin) throw new Error("PostgreSQL of Debian isn't installed: apt-get install postgresql");
  const folder = makeFolder();
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  writeFor(passwordFile, "superuser");
  run(join(bin, "initdb"), [
    ...["-D", data, "-U", "postgres", "-A", "scram-sha-256", `--pwfile=${passwordFile}`],
    ...["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
  ]);
  const { key, cert, caFile } = await ensureCertificates(".pocketsoc/test-ca");
  writeFor(join(data, "server.key"), key);
  writeFor(join(data, "server.crt"), cert);
  const ca = join(folder, "ca.pem");
  copyFileSync(caFile, ca);
  chmodSync(ca, 0o644);
  writeFor(join(data, "pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n");
  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`, "ssl=on", "fsync=off"];
  const server = spawn(
    join(bin, "postgres"),
    ["-D", data, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])],
    { ...account, cwd: "/", stdio: "ignore" },
  );
  const superUrl = `postgres://postgres:superuser@localhost:${port}/postgres?sslmode=require`;
  await untilUp(async () => {
    const client = postgres(superUrl, { max: 1, onnotice: () => {} });
    await client`select 1`.finally(() => client.end());
  });
  return {
    port,
    caFile,
    superUrl,
    psql: (url, statements) => {
      const { status, stderr } = spawnSync("psql", [url, "-X", "-q", "-v", "ON_ERROR_STOP=1"], {
        input: statements,
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(stderr);
    },
    stop: async () => {
      await end(server);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Starts Debian's PgBouncer with a configuration, to which port, folder and the roles' passwords are added. */
export async function startPgBouncer(
  configuration: string,
  passwords: Record<string, string>,
): Promise<{ port: number; stop(): Promise<void> }> {
  const folder = makeFolder();
  const port = await freePort();
  const users = Object.entries(passwords).map(([role, password]) => `"${role}" "${password}"\n`);
  writeFor(join(folder, "users.txt"), users.join(""));
  writeFor(
    join(folder, "pgbouncer.ini"),
    `${configuration}
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(folder, "users.txt")}
server_tls_sslmode = require
`,
  );
  const child = spawn("/usr/sbin/pgbouncer", [join(folder, "pgbouncer.ini")], {
    ...account,
    cwd: "/",
    stdio: "ignore",
  });
  const [role, password] = Object.entries(passwords)[0] ?? [];
  await untilUp(async () => {
    const client = postgres(`postgres://${role}:${password}@127.0.0.1:${port}/pocketsoc`, {
      max: 1,
      fetch_types: false,
      onnotice: () => {},
    });
    await client.unsafe("select 1").finally(() => client.end());
  });
  return {
    port,
    stop: async () => {
      await end(child);
      rmSync(folder, { recursive: true });
    },
  };
}
