import { checks, runChecks } from "./checks.ts";

const asked = process.argv.slice(2);
const unknown = asked.find((name) => checks.every((check) => check.name !== name));
if (unknown) {
  console.error(
    `There is no check called ${unknown}. The checks are ${checks.map((check) => check.name).join(", ")}; without a name all run.`,
  );
  process.exit(2);
}
const results = await runChecks(checks.filter(({ name }) => asked.length === 0 || asked.includes(name)));
process.exit(results.every(({ passed }) => passed) ? 0 : 1);
