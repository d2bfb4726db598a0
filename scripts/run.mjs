// Runs on any Node >= 20 without installed packages. It installs the packages of the lock file if they are missing, or if they
// or their patches have changed, then runs the given script with the project's own Node.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const stamp = join(modules, ".pocketsoc-lock");
const node = join(modules, ".bin", "node");

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}

let child;
let isStopping = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    isStopping = true;
    child?.kill(signal);
  });
}

// when npm is killed by kill -9, the only sign is that this process gets another parent
const parent = process.ppid;
if (process.env.npm_lifecycle_event)
  setInterval(() => process.ppid !== parent && child?.kill("SIGTERM"), 500).unref();

/**
 * Runs a program, and resolves to its exit code. The program has an "ipc" channel, by which it notices the end of this
 * process, even by kill -9.
 */
function run(command, args, env) {
  return new Promise((resolve, reject) => {
    child = spawn(command, args, {
      cwd: root,
      stdio: ["inherit", "inherit", "inherit", "ipc"],
      env: { ...process.env, ...env },
    });
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

/**
 * Whether every package of the lock file is installed. Optional packages may be missing, because some are for other
 * platforms.
 */
function isInstalled(lock, hash) {
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== hash || !existsSync(node)) return false;
  return Object.entries(JSON.parse(lock).packages).every(
    ([path, { optional }]) => path === "" || optional || existsSync(join(root, path, "package.json")),
  );
}

async function install(hash) {
  try {
    accessSync(existsSync(modules) ? modules : root, constants.W_OK);
  } catch {
    stop(
      `The packages can't be installed, because this account can't write to ${root}. Give yourself the right to write there, or clone it elsewhere.`,
    );
  }
  // an interrupted installation must be repeated
  rmSync(stamp, { force: true });
  // a patch applies only to the package as it was published
  for (const file of patches)
    rmSync(join(modules, file.replace(/\+[^+]*$/, "").replaceAll("+", "/")), {
      recursive: true,
      force: true,
    });
  console.log("Installing the packages that the lock file names …");
  // not `npm ci`, which refuses a lock file that lacks other platforms' optional packages
  const code = await run("npm", [
    ...["install", "--no-save", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"],
  ]).catch(() => stop("npm was not found. Install Node with npm, then try again."));
  if (isStopping) process.exit(1);
  if (code !== 0) stop("The packages could not be installed. See npm's output above.");
  writeFileSync(stamp, hash);
}

if (Number(process.versions.node.split(".")[0]) < 20) {
  stop(
    `PocketSOC's scripts need Node 20 or newer to begin; this is ${process.versions.node}. Install a newer Node.`,
  );
}
const lock = readFileSync(join(root, "package-lock.json"), "utf8");
const patches = readdirSync(join(root, "patches"));
const patched = patches.map((file) => readFileSync(join(root, "patches", file), "utf8"));
const hash = createHash("sha256")
  .update([lock, ...patched].join("\0"))
  .digest("hex");
if (!isInstalled(lock, hash)) await install(hash);

// the portal routes its calls by HTTPS_PROXY itself; Node's own routing would also take calls within this machine
delete process.env.NODE_USE_ENV_PROXY;
const [script, ...rest] = process.argv.slice(2);
const code = await run(node, [script, ...rest], {
  PATH: join(modules, ".bin") + delimiter + (process.env.PATH ?? ""),
  NEXT_TELEMETRY_DISABLED: "1",
}).catch(() => stop("The project's own Node could not be started. Delete node_modules and try again."));
process.exit(code);
