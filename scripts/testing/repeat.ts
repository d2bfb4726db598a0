import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { runJourneys } from "./journeys.ts";
import { revision } from "./revision.ts";
import { resultsFolder, runCheck } from "./tally.ts";

/**
 * How many times to run all browser journeys on the same sources. Each run appends a line to a file: when the run began,
 * the sources' revision, the numbers of passed and failed journeys, and the seconds. A failure doesn't end the runs, but
 * the script then exits with 1.
 */
const times = Number(process.argv[2] ?? 1);
const file = join(resultsFolder, "repeat.tsv");
const { failed } = await runCheck("build", process.execPath, ["scripts/build.ts"]);
if (failed > 0) process.exit(1);
let failures = 0;
for (let run = 1; run <= times; run++) {
  const began = new Date();
  const tally = await runJourneys("repeat", ["guide", "paper", "desktop", "phone"], { lanes: 3 });
  const seconds = ((Date.now() - began.getTime()) / 1_000).toFixed(0);
  const line = [began.toISOString(), revision()?.slice(0, 12), tally.passed, tally.failed, seconds].join(
    "\t",
  );
  appendFileSync(file, `${line}\n`);
  console.log(`run ${run} of ${times}: ${tally.passed} passed, ${tally.failed} failed in ${seconds} s`);
  failures += tally.failed;
}
process.exit(failures === 0 ? 0 : 1);
