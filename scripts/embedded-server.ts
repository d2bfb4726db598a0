import { spawn } from "node:child_process";
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
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { environmentOf, hasData, type Home } from "./embedded-home.ts";
import { freePort, isFree } from "./ports.ts";
import { writeWhole } from "./state-folder.ts";

/** The server's port and its roles' passwords, stored beside the data. */
export type Kept = { port: number; passwords: { superuser: string; owner: string; app: string } };

/** Returns the file that the server logs to. */
export const logOf = (home: Home): string => join(home.data, "server.log");

export const readKept = (home: Home): Kept => JSON.parse(readFileSync(home.notes, "utf8")) as Kept;

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
  const { code, lastLine } = await run(home, "initdb", [
    ...["-D", data, "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8"],
    `--pwfile=${passwordFile}`,
    ...settings.flatMap((setting) => ["-c", setting]),
    ...(fsync ? [] : ["--no-sync"]),
  ]);
  if (code !== 0)
    throw new Error(
      `PostgreSQL's initdb could not make a database in ${home.place}. Its last line: ${lastLine || "none"}`,
    );
  return { port: await freePort(), passwords };
}

/**
 * Starts the server, unless it runs already. If its port is taken, a new port is chosen. Returns the stored port and
 * passwords.
 */
export async function startServer(home: Home): Promise<Kept> {
  const kept = readKept(home);
  if (await isRunning(home)) return kept;
  if (!(await isFree(kept.port, "127.0.0.1"))) {
    kept.port = await freePort();
    writeWhole(home.notes, JSON.stringify(kept));
  }
  const log = logOf(home);
  const { code } = await run(home, "pg_ctl", [
    ...["start", "-w", "-t", "60", "-D", home.data, "-l", log],
    // folders of earlier versions have it off where they have fsync off
    ...["-o", `-p ${kept.port} -c synchronous_commit=on`],
  ]);
  if (code !== 0)
    throw new Error(`PostgreSQL did not start on port ${kept.port}; the end of ${log} says why.`);
  return kept;
}

/** Whether a server runs on the data folder, by its PID file. Throws an Error if the folder can't be reached. */
export async function isRunning(home: Home): Promise<boolean> {
  const { code } = await run(home, "pg_ctl", ["status", "-D", home.data]);
  if (code === 0 || code === 3) return code === 0;
  throw new Error(
    `The account that PostgreSQL runs as can't reach ${home.data}. Let it through the folders above, or move ${home.place} away.`,
  );
}

/** Returns the process id of the running server. */
export const readServerPid = (home: Home): number =>
  Number(readFileSync(join(home.data, "postmaster.pid"), "utf8").split("\n")[0]);

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
): Promise<{ code: number; lastLine: string }> {
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
    child.once("exit", (code) =>
      resolve({ code: code ?? 1, lastLine: output.trim().split("\n").at(-1) ?? "" }),
    );
  });
}
