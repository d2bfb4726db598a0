// Runs on any Node >= 20 and needs nothing installed: installs what the lock file names when that changed,
// then starts the given script under the project's own Node.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "node_modules", ".pocketsoc-lock");
const node = join(root, "node_modules", ".bin", "node");

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}

if (Number(process.versions.node.split(".")[0]) < 20) {
  stop(
    `PocketSOC's scripts need Node 20 or newer to begin; this is ${process.versions.node}. Install a newer Node.`,
  );
}

const wanted = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");
const held = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
if (held !== wanted || !existsSync(node)) {
  console.log("Installing the packages that the lock file names …");
  // not `npm ci`: it refuses a lock file made where a registry lacks other platforms' optional packages
  const installed = spawnSync(
    "npm",
    ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      cwd: root,
      stdio: "inherit",
    },
  );
  if (installed.error) stop("npm was not found. Install Node with npm, then try again.");
  if (installed.status !== 0) stop("The packages could not be installed; npm said why above.");
  try {
    writeFileSync(stamp, wanted);
  } catch {
    stop(
      "The project's folder can't be written to. Give yourself the right to write there, or clone it elsewhere.",
    );
  }
}

const [script, ...rest] = process.argv.slice(2);
const child = spawn(node, [script, ...rest], {
  cwd: root,
  stdio: "inherit",
  env: {
    ...process.env,
    PATH: join(root, "node_modules", ".bin") + delimiter + (process.env.PATH ?? ""),
    NEXT_TELEMETRY_DISABLED: "1",
  },
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("error", () =>
  stop("The project's own Node could not be started. Delete node_modules and try again."),
);
child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
