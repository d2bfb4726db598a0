import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { environmentOf, hasData, type Home } from "./embedded-home.ts";
import { freePort, isFree } from "./ports.ts";
import { writeWhole } from "./state-folder.ts";

const Kept = z.object({
  port: z.number(),
  passwords: z.object({ superuser: z.string(), owner: z.string(), app: z.string() }),
});
/** The server's port and its roles' passwords, stored beside the data. */
export type Kept = z.infer<typeof Kept>;

/** Returns the file that the server logs to. */
export const logOf = (home: Home): string => join(home.data, "server.log");

/** Reads the server's port and passwords. Throws an Error for the person at the terminal if the file is damaged. */
export function readKept(home: Home): Kept {
  try {
    return Kept.parse(JSON.parse(readFileSync(home.notes, "utf8")));
  } catch (cause) {
    throw new Error(
      `${home.notes}, which has the passwords of the database beside it, is damaged or can't be read. Restore that file from a backup, or move ${home.place} away to start over.`,
      { cause },
    );
  }
}

/**
 * Returns true if the data folder contains a complete database, and false if the folder is empty. Otherwise throws an Error
 * that asks the reader to move the folder away.
 */
export function isInitialised(home: Home): boolean {
  if (!hasData(home.place)) return false;
  if (existsSync(join(home.data, "PG_VERSION")) && existsSync(home.notes)) return true;
  throw new Error(
    `${home.data} isn't empty, and it isn't a complete database of PocketSOC. Nothing in it was touched. Move ${home.place} away and try again.`,
  );
}

/**
 * Makes the data folder under a temporary name and then renames it. A kill in between therefore never leaves an incomplete
 * data folder.
 */
export async function initialise(home: Home, fsync: boolean): Promise<void> {
  for (const left of readdirSync(home.place).filter((name) => name.startsWith("new-")))
    removeUnfinished(join(home.place, left));
  const unfinished = mkdtempSync(join(home.place, "new-"));
  try {
    const kept = await initialiseIn(unfinished, home, fsync);
    writeFileSync(join(unfinished, "postgres.json"), JSON.stringify(kept), { mode: 0o600 });
    renameSync(join(unfinished, "postgres.json"), home.notes);
    // last, because the data folder's name shows that everything is done
    renameSync(join(unfinished, "data"), home.data);
  } finally {
    removeUnfinished(unfinished);
  }
}

/** Removes an unfinished folder. Retries, because the initdb of a killed launcher may still write to the folder. */
function removeUnfinished(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

async function initialiseIn(folder: string, home: Home, fsync: boolean): Promise<Kept> {
  const password = () => randomBytes(18).toString("base64url");
  const passwords = { superuser: password(), owner: password(), app: password() };
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(passwordFile, passwords.superuser, { mode: 0o600 });
  if (home.account) {
    chmodSync(folder, 0o711);
    for (const path of [data, passwordFile]) chownSync(path, home.account.uid, home.account.gid);
  }
  const settings = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    "shared_buffers=256MB",
    ...(fsync ? [] : ["fsync=off", "full_page_writes=off"]),
  ];
  const { code, reason } = await run(home, "initdb", [
    ...["-D", data, "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8"],
    `--pwfile=${passwordFile}`,
    ...settings.flatMap((setting) => ["-c", setting]),
    ...(fsync ? [] : ["--no-sync"]),
  ]);
  if (code !== 0)
    throw new Error(
      `PostgreSQL's initdb could not make a database in ${home.place}: ${reason || "it gave no reason"}`,
    );
  return { port: await freePort(), passwords };
}

/**
 * Starts the server, unless it runs already. If its port is taken, a new port is chosen. Returns the port on which the server
 * listens, and the stored passwords.
 */
export async function startServer(home: Home): Promise<Kept> {
  const kept = readKept(home);
  if (await isRunning(home)) return { ...kept, port: readServerPort(home) ?? kept.port };
  requireVersion(home);
  if (!(await isFree(kept.port, "127.0.0.1"))) {
    kept.port = await freePort();
    writeWhole(home.notes, JSON.stringify(kept));
  }
  const log = logOf(home);
  const logged = existsSync(log) ? statSync(log).size : 0;
  const { code } = await run(home, "pg_ctl", [
    ...["start", "-w", "-t", "60", "-D", home.data, "-l", log],
    // folders of earlier versions have it off where they have fsync off
    ...["-o", `-p ${kept.port} -c synchronous_commit=on`],
  ]);
  if (code === 0) return kept;
  const reason = existsSync(log) ? reasonIn(readFileSync(log).subarray(logged).toString()) : "";
  throw new Error(
    `PostgreSQL did not start on port ${kept.port}${reason && `: ${reason}`}. The end of ${log} says more.`,
  );
}

/** Throws an Error if another major version of PostgreSQL made the data folder than the one that would run on it. */
function requireVersion(home: Home): void {
  const made = readFileSync(join(home.data, "PG_VERSION"), "utf8").trim();
  const { stdout } = spawnSync(join(home.binaries, "bin", "postgres"), ["--version"], {
    ...home.account,
    cwd: "/",
    env: environmentOf(home.binaries),
    encoding: "utf8",
  });
  const own = / (\d+)/.exec(stdout)?.[1];
  if (own === undefined || own === made) return;
  throw new Error(
    `${home.data} was made by PostgreSQL ${made}, but this version of PocketSOC brings PostgreSQL ${own}. Nothing in it was touched. Start the version of PocketSOC that made it, or move ${home.place} away to start over.`,
  );
}

/** Returns the first error in the output of a program of PostgreSQL with what it says about it, or else the last line. */
function reasonIn(output: string): string {
  const lines = output.trim().split("\n");
  const at = lines.findIndex((line) => /\b(?:error|FATAL|PANIC): /.test(line));
  const [line = "", next = ""] = at < 0 ? lines.slice(-1) : lines.slice(at);
  const more = /\b(?:detail|DETAIL|hint|HINT): +(.*)/.exec(next)?.[1];
  return `${line.replace(/^.*?\b(?:error|FATAL|PANIC): +/, "")}${more ? `. ${more}` : ""}`.replace(/\.$/, "");
}

/** Whether a server runs on the data folder, by its PID file. Throws an Error if the folder can't be reached. */
export async function isRunning(home: Home): Promise<boolean> {
  dropForeignPid(home);
  const { code } = await run(home, "pg_ctl", ["status", "-D", home.data]);
  if (code === 0 || code === 3) return code === 0;
  throw new Error(
    `The account that PostgreSQL runs as can't reach ${home.data}. Let it through the folders above, or move ${home.place} away.`,
  );
}

const pidFile = (home: Home) => join(home.data, "postmaster.pid");

/** Returns the process id of the running server. */
export const readServerPid = (home: Home): number =>
  Number(readFileSync(pidFile(home), "utf8").split("\n")[0]);

/** Returns the port that the running server itself has noted, or null before it has. */
function readServerPort(home: Home): number | null {
  if (!existsSync(pidFile(home))) return null;
  return Number(readFileSync(pidFile(home), "utf8").split("\n")[3]) || null;
}

/**
 * Removes the PID file of a server that was killed if another program has its process id now, as happens after a restart of
 * the machine or of a container. PostgreSQL itself would take that program for its server.
 */
function dropForeignPid(home: Home): void {
  if (!existsSync(pidFile(home))) return;
  const name = `/proc/${readServerPid(home)}/comm`;
  if (existsSync(name) && readFileSync(name, "utf8").trim() !== "postgres") rmSync(pidFile(home));
}

/** Whether a process runs. A process that has ended counts as dead, even if no parent has collected its exit code yet. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    // not Linux, or the process has just ended, which the next look finds
    return true;
  }
}

/** Stops the server if it is running. */
export async function stopServer(home: Home): Promise<void> {
  const { code } = await run(home, "pg_ctl", ["stop", "-w", "-m", "fast", "-D", home.data]);
  if (code !== 0 && (await isRunning(home)))
    throw new Error(`PostgreSQL did not stop; the end of ${logOf(home)} says why.`);
}

function run(
  home: Home,
  program: "initdb" | "pg_ctl",
  args: string[],
): Promise<{ code: number; reason: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(home.binaries, "bin", program), args, {
      cwd: "/",
      env: environmentOf(home.binaries),
      // the server outlives pg_ctl and would hold a pipe open
      stdio: ["ignore", "ignore", program === "pg_ctl" ? "ignore" : "pipe"],
      // in its own process group, so that the terminal's Ctrl-C doesn't interrupt it
      detached: true,
      ...home.account,
    });
    let output = "";
    child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.once("error", reject);
    child.once("exit", (code) => resolve({ code: code ?? 1, reason: reasonIn(output) }));
  });
}
