import { parseArgs } from "node:util";
import { prepareInstallation } from "#lib/identity/organisations/prepare.ts";
import { createBreakGlassLink } from "#lib/identity/sessions/login-link.ts";
import { fail } from "./programs.ts";
import { openTool } from "./tool.ts";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { admin: { type: "string" } } });
  const { env, services, close } = await openTool("pocketsoc-login-link");
  const made = await createBreakGlassLink(services, env.signIn.directoryId, values.admin ?? null);
  const firstAdminToken =
    made || values.admin
      ? null
      : await prepareInstallation(services, { ...env.signIn, firstAdmin: env.firstAdmin });
  if (made) {
    console.log(
      `Signs ${made.signInName} in once, within 15 minutes, without Microsoft:\n${env.portalUrl}/login-link#${made.token}`,
    );
  } else if (firstAdminToken) {
    console.log(
      `Nobody is an Admin yet. This link makes you one, once, within 15 minutes:\n${env.portalUrl}/first-admin#${firstAdminToken}`,
    );
  } else {
    console.error("No Admin matches. Name one: npm run login-link -- --admin sign-in-name@your-company");
    process.exitCode = 1;
  }
  await close();
}

await main().catch(fail);
