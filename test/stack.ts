import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { startEmulator } from "../emulator/start.ts";
import { inOrganisation } from "#db/client.ts";
import { putMembership, upsertUser } from "#db/queries/identity/people.ts";
import { errorForLog } from "#lib/platform/logger.ts";
import type { ProxySettings } from "#lib/platform/proxy-settings.ts";
import type { Context } from "#lib/core/context.ts";
import { openServices } from "#lib/core/open.ts";
import { openVendors } from "#lib/vendors/offer.ts";
import { registry } from "#lib/vendors/registry.ts";
import { createOrganisation } from "#lib/identity/organisations/create.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Role } from "#lib/domain/roles.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { tenantId } from "./form.ts";

export { development, formValues, production, tenantId } from "./form.ts";

export type TestStack = Awaited<ReturnType<typeof startTestStack>>;

/** What differs in a stack whose emulator only a proxy can reach. */
type BehindProxy = { emulator?: Partial<Parameters<typeof startEmulator>[0]>; proxy?: ProxySettings };

/** Starts a database, an emulator and the portal's services for one test file. */
// long: one object of the tests' tools
export async function startTestStack(own?: TestDatabase, behind: BehindProxy = {}) {
  const database = own ?? (await createTestDatabase());
  const emulator = await startEmulator({
    entraPort: 0,
    armPort: 0,
    browserPort: 0,
    stateDir: process.env.POCKETSOC_TEST_CA_DIR ?? ".pocketsoc/test-ca",
    volatile: true,
    control: true,
    portalUrls: ["http://localhost:3000"],
    ...behind.emulator,
  });
  const azure = {
    AZURE_AUTHORITY_HOST: emulator.authorityHost,
    AZURE_RESOURCE_MANAGER_ENDPOINT: emulator.armEndpoint,
    AZURE_GRAPH_ENDPOINT: emulator.graphEndpoint,
  };
  const logged: string[] = [];
  const key = randomBytes(32);
  const { services, handle } = openServices(
    {
      databaseUrl: database.appUrl,
      portalUrl: "http://localhost:3000",
      encryptionKeys: [{ id: "test", key }],
      vendors: openVendors(registry, azure),
      undoSeconds: 0,
      proxy: behind.proxy ?? null,
    },
    "test",
  );
  // as the logger writes it, but without the redaction of secrets, which no code may rely on
  services.log = (event, { error, ...detail }) =>
    logged.push(JSON.stringify({ event, ...detail, ...(error ? { error: errorForLog(error) } : {}) }));
  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${emulator.controlUrl}${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return response.json();
  };
  /** Runs SQL statements as the owner of the tables, who has more rights than the portal's role. */
  const asOwner = async (statements: string) => {
    const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} });
    await owner.unsafe(statements).finally(() => owner.end({ timeout: 5 }));
  };
  /** Returns the context of a new member. Without `organisationId`, the member is in a new organisation. */
  const asMember = async (role: Role, organisationId?: string): Promise<Context> => {
    const id =
      organisationId ??
      (await createOrganisation(services, { name: "Test", directoryId: tenantId, firstAdmin: null }));
    const user = await upsertUser(services.db, {
      id: newId(),
      directoryId: tenantId,
      objectId: newId(),
      signInName: `${role}@contoso.example`,
      displayName: `Some ${role}`,
      at: new Date(),
    });
    await inOrganisation(services.db, id, (tx) => putMembership(tx, id, user.id, role));
    return {
      services,
      actor: { kind: "user", userId: user.id, name: user.displayName, role, organisationId: id },
    };
  };
  /** The environment settings for a worker process that works on this stack. */
  const workerEnv = {
    POCKETSOC_URL: "http://localhost:3000",
    POCKETSOC_SESSION_SECRET: randomBytes(32).toString("hex"),
    POCKETSOC_ENTRA_TENANT_ID: tenantId,
    POCKETSOC_ENTRA_CLIENT_ID: tenantId,
    POCKETSOC_ENTRA_CLIENT_SECRET: "not used by the worker",
    POCKETSOC_FIRST_ADMIN: "nobody@contoso.example",
    POCKETSOC_ENCRYPTION_KEYS: `test:${key.toString("base64")}`,
    POCKETSOC_UNDO_SECONDS: "0",
    ...azure,
    DATABASE_URL: database.appUrl,
  };
  return {
    services,
    workerEnv,
    database,
    emulator,
    control,
    asOwner,
    asMember,
    logged,
    stop: async () => {
      await handle.close();
      await emulator.stop();
      await database.drop();
    },
  };
}
