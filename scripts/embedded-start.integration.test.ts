import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHome } from "./embedded-home.ts";
import { startEmbeddedPostgres } from "./embedded-postgres.ts";

const folder = mkdtempSync(join(tmpdir(), "pocketsoc-start-"));
chmodSync(folder, 0o755);
const dataDir = join(folder, "postgres");
const start = () => startEmbeddedPostgres({ dataDir, fsync: false });
const home = openHome(dataDir);
const inData = (name: string) => join(home.data, name);
/** Replaces a file's text while `work` runs. */
async function withFile(file: string, text: string, work: () => Promise<void>): Promise<void> {
  const before = readFileSync(file, "utf8");
  writeFileSync(file, text);
  await work().finally(() => writeFileSync(file, before));
}

beforeAll(async () => {
  await (await start()).stop();
});
afterAll(() => {
  rmSync(home.place, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

it("names both versions when another PostgreSQL made the data", () =>
  withFile(inData("PG_VERSION"), "14\n", async () => {
    await expect(start()).rejects.toThrow(
      /was made by PostgreSQL 14, but .* brings PostgreSQL \d+\. Nothing/,
    );
  }));

it.each(["", '{"port":5432'])("says what the damaged file of passwords %j is for", (text) =>
  withFile(home.notes, text, async () => {
    await expect(start()).rejects.toThrow(/passwords of the database .* Restore that file from a backup/);
  }),
);

it("says what to restore when the password isn't that of the data", async () => {
  const kept = readFileSync(home.notes, "utf8");
  const server = await start();
  await withFile(home.notes, kept.replace(/"superuser":"[^"]*"/, '"superuser":"wrong"'), async () => {
    await expect(start()).rejects.toThrow(/doesn't take the password in .*postgres\.json/);
  });
  await server.stop();
});

it("repeats PostgreSQL's own reason when it doesn't start", async () => {
  chmodSync(home.data, 0o755);
  await expect(start()).rejects.toThrow(
    /did not start on port \d+: data directory .* has invalid permissions/,
  );
  chmodSync(home.data, 0o700);
});

it("finds a server on another port than the noted one, and never asks to delete its PID file", async () => {
  const server = await start();
  const kept = readFileSync(home.notes, "utf8");
  const moved = kept.replace(/"port":\d+/, '"port":1');
  await withFile(home.notes, moved, async () => {
    expect((await start()).appUrl).toBe(server.appUrl);
  });
  await server.stop();
});

it.runIf(readdirSync("/").includes("proc"))(
  "starts when the killed server's process id belongs to another program now",
  async () => {
    const { uid, gid } = statSync(home.data);
    const other = spawn("sleep", ["60"], { cwd: "/", uid, gid });
    const pidFile = inData("postmaster.pid");
    writeFileSync(
      pidFile,
      `${other.pid}\n${home.data}\n1700000000\n1\n\n127.0.0.1\n 5555 999999\nready   \n`,
    );
    spawnSync("chown", [`${uid}:${gid}`, pidFile]);
    try {
      const server = await start();
      expect(readFileSync(pidFile, "utf8")).not.toMatch(new RegExp(`^${other.pid}\n`));
      await server.stop();
    } finally {
      other.kill();
    }
  },
);
