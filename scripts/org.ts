import { parseArgs } from "node:util";
import { createOrganisation } from "#lib/identity/organisations/create.ts";
import { fail } from "./programs.ts";
import { openTool } from "./tool.ts";

const usage = "Usage: npm run org -- create NAME --admin sign-in-name@your-company";

const { positionals, values } = parseArgs({ allowPositionals: true, options: { admin: { type: "string" } } });
const [verb, name] = positionals;
if (verb !== "create" || !name || !values.admin) {
  console.error(usage);
  process.exit(2);
}

async function main(organisation: string, admin: string): Promise<void> {
  const { env, services, close } = await openTool("pocketsoc-org");
  const id = await createOrganisation(services, {
    name: organisation,
    directoryId: env.signIn.directoryId,
    firstAdmin: admin,
  });
  console.log(
    `Created the organisation “${organisation}” (${id}). ${admin} becomes its Admin at their next sign-in.`,
  );
  await close();
}

await main(name, values.admin).catch(fail);
