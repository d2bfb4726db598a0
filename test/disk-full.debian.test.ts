import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import { migrateDatabase } from "#db/migrate.ts";
import { getReadiness } from "#lib/core/health.ts";
import { openServices } from "#lib/core/open.ts";
import { noVendors } from "#lib/vendors/offer.ts";
import { type DebianPostgres, makeFolder, startDebianPostgres } from "#test/debian-postgres.ts";

let server: DebianPostgres;
let superuser: postgres.Sql;
let folder: string;
beforeAll(async () => {
  server = await startDebianPostgres();
  superuser = postgres(server.superUrl, { max: 1, onnotice: () => {} });
  folder = makeFolder();
});
afterAll(async () => {
  await superuser.end();
  await server.stop();
  spawnSync("umount", [folder]);
  rmdirSync(folder);
});

const at = (role: string, password: string) =>
  `postgres://${role}:${password}@localhost:${server.port}/pocketsoc?sslmode=require`;
/** Asks a process that has kept no earlier answer. */
const ask = async () => {
  const settings = {
    databaseUrl: at("pocketsoc_app", "app"),
    portalUrl: "http://localhost:3000",
    encryptionKeys: [{ id: "test", key: createHash("sha256").digest() }],
    vendors: noVendors,
    undoSeconds: 8,
  };
  const { services, handle } = openServices(settings, "disk-full");
  services.log = () => {};
  const { status, database } = await getReadiness(services).finally(() => handle.close());
  return [status, database];
};

// only root may mount a file system that is small enough to fill
it.runIf(process.getuid?.() === 0)(
  "a web isn't ready while the database's disk is full, and is again with space",
  async () => {
    const owner = spawnSync("stat", ["-c", "uid=%u,gid=%g", folder], { encoding: "utf8" }).stdout.trim();
    const { stderr } = spawnSync("mount", [
      "-t",
      "tmpfs",
      "-o",
      `size=64m,mode=700,${owner}`,
      "tmpfs",
      folder,
    ]);
    expect(stderr.toString()).toBe("");
    for (const [role, password] of [
      ["pocketsoc_owner", "owner"],
      ["pocketsoc_app", "app"],
    ])
      await superuser.unsafe(`create role ${role} login password '${password}'`);
    await superuser.unsafe(`create tablespace small location '${folder}'`);
    await superuser`create database pocketsoc owner pocketsoc_owner tablespace small`;
    await migrateDatabase(at("pocketsoc_owner", "owner"));
    expect(await ask()).toEqual(["ready", "up"]);

    const filler = join(folder, "filler");
    expect(() => writeFileSync(filler, Buffer.alloc(64 * 1024 * 1024))).toThrow("ENOSPC");
    const insert = postgres(at("pocketsoc_owner", "owner"), { max: 1, onnotice: () => {} });
    await expect(
      insert`create table rows as select repeat('x', 100) from generate_series(1, 10000)`,
    ).rejects.toMatchObject({
      code: "53100",
    });
    expect(await ask()).toEqual(["not_ready", "full"]);
    rmSync(filler);
    expect(await ask()).toEqual(["ready", "up"]);
    await insert.end();
    await superuser`drop database pocketsoc with (force)`;
    await superuser`drop tablespace small`;
  },
);
