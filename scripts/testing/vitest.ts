import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureCertificates } from "../../emulator/tls.ts";
import { resultsFolder, runCommand, type Tally, tallyOf } from "./tally.ts";

const quickImports = `--import=${pathToFileURL("test/quick-imports.mjs").href}`;
type Report = { numPassedTests: number; numFailedTests: number };

/** Runs a project of vitest.config.ts. With `trusts`, the project's processes trust the stand-ins' certificates. */
export async function runVitest(project: string, { trusts = false } = {}): Promise<Tally> {
  const file = join(resultsFolder, `${project}.json`);
  rmSync(file, { force: true });
  const hasPassed = await runCommand(
    "vitest",
    ["run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`],
    {
      // applies to the processes that the tests start, too
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} ${quickImports}`,
      ...(trusts
        ? { NODE_EXTRA_CA_CERTS: (await ensureCertificates(join(".pocketsoc", "test-ca"))).caFile }
        : {}),
    },
  );
  return tallyOf<Report>(file, hasPassed, (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
  }));
}
