import crypto from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import postgres from "postgres";
import { startEmbeddedPostgres } from "./embedded-postgres.ts";
import { fail } from "./programs.ts";

/**
 * Makes `randomBytes` return the same bytes in every run. The values that this script seals protect nothing, so this is
 * safe.
 */
function makeRandomRepeatable(): void {
  let count = 0;
  const repeatable = (size: number) => {
    count += 1;
    return crypto.createHash("shake256", { outputLength: size }).update(`${count}`).digest();
  };
  Object.assign(crypto, { randomBytes: repeatable });
  syncBuiltinESMExports();
}

/**
 * Writes `test/releases/<version>.sql.gz`: a small but complete set of rows, as this version stores them. The tests of
 * later versions migrate these rows. Every run writes the same bytes.
 */
async function main(): Promise<void> {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  const dataDir = mkdtempSync(join(tmpdir(), "pocketsoc-release-"));
  const server = await startEmbeddedPostgres({ dataDir, fsync: false });
  try {
    const { migrateDatabase } = await import("#db/migrate.ts");
    await migrateDatabase(server.ownerUrl);
    makeRandomRepeatable();
    const { insertReleaseRows } = await import("#test/release-rows.ts");
    const { dumpDatabase } = await import("#test/release-dump.ts");
    const owner = postgres(server.ownerUrl, { max: 1, onnotice: () => {} });
    await insertReleaseRows(owner);
    const packed = gzipSync(await dumpDatabase(owner), { level: 9 });
    await owner.end();
    mkdirSync("test/releases", { recursive: true });
    const file = `test/releases/${version}.sql.gz`;
    writeFileSync(file, packed);
    console.log(`${file}: ${packed.length} bytes`);
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

await main().catch(fail);
