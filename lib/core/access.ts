import type { Transaction } from "#db/client.ts";
import { type ConfigurationRow, listConfigurations } from "#db/queries/sources/configurations.ts";
import { type AccountRow, listAccountsOf, listAccountsOfAll } from "#db/queries/sources/accounts.ts";
import { type Access, accessOf, mayRead, unconfirmedSince } from "#lib/domain/access.ts";
import type { Actor, Context, Services } from "./context.ts";
import { accountsPage, isOffered, wordsFor } from "./vendors.ts";

/** One configuration, with what the actor may see and change of it now. */
export type ConfigurationAccess = Awaited<ReturnType<typeof listConfigurations>>[number] & {
  /** the account that the actor has connected for this configuration; null if there is none */
  account: AccountRow | null;
  access: Access;
  readable: boolean;
  /** the time since which the vendor hasn't confirmed the access; null unless `access` is `unconfirmed` */
  unconfirmedSince: Date | null;
  /** a sentence that says why the actor can't change alerts now; null if they can */
  writeBlock: string | null;
};

/**
 * Lists every configuration of the organisation with the actor's access to it. The caller must not show the actor
 * anything of a configuration that isn't `readable`.
 */
export async function listAccess(ctx: Context, tx: Transaction): Promise<ConfigurationAccess[]> {
  const { actor, services } = ctx;
  const all = await listConfigurations(tx, actor.organisationId);
  const own =
    actor.kind === "user" && all.some(({ configuration }) => configuration.writeAs === "person")
      ? await listAccountsOf(tx, actor.organisationId, actor.userId)
      : [];
  return accessFrom(services, actor.kind, all, own);
}

/**
 * Returns the organisation's configurations by id, and a function that lists the ids of the configurations that a
 * person may read now.
 */
export async function listReadable(
  services: Services,
  tx: Transaction,
  organisationId: string,
  userIds: string[],
) {
  const all = await listConfigurations(tx, organisationId);
  const accounts = all.some(({ configuration }) => configuration.readAs === "person")
    ? await listAccountsOfAll(tx, organisationId, userIds)
    : [];
  const byUser = Map.groupBy(accounts, ({ userId }) => userId);
  return {
    configurations: new Map(all.map(({ configuration }) => [configuration.id, configuration])),
    readableOf: (userId: string) =>
      accessFrom(services, "user", all, byUser.get(userId) ?? [])
        .filter(({ readable }) => readable)
        .map(({ configuration }) => configuration.id),
  };
}

function accessFrom(
  services: Services,
  kind: Actor["kind"],
  all: Awaited<ReturnType<typeof listConfigurations>>,
  own: readonly AccountRow[],
): ConfigurationAccess[] {
  const byConfiguration = new Map(own.map((account) => [account.configurationId, account]));
  return all.map((configured) => {
    const { configuration } = configured;
    const account = byConfiguration.get(configuration.id) ?? null;
    const access = kind === "system" ? "granted" : readAccess(services, configuration, account);
    return {
      ...configured,
      account,
      access,
      unconfirmedSince:
        access === "unconfirmed" && account ? unconfirmedSince(account, services.now()) : null,
      readable: mayRead(access),
      writeBlock: writeBlockOf(services, configuration, account, access),
    };
  });
}

function readAccess(services: Services, configuration: ConfigurationRow, account: AccountRow | null): Access {
  // the application reads for the whole team
  if (configuration.readAs === "application") return "granted";
  return accessOf(account, services.now(), services.unconfirmedMs);
}

function writeBlockOf(
  services: Services,
  configuration: ConfigurationRow,
  account: AccountRow | null,
  access: Access,
): string | null {
  const { displayName, writeAs } = configuration;
  if (!isOffered(services, configuration))
    return `This installation doesn't know the vendor of “${displayName}”, so nothing can be changed. Ask whoever runs PocketSOC which version is running.`;
  if (writeAs === "application") return null;
  const words = wordsFor(services, configuration);
  if (!account)
    return `Changes to “${displayName}” carry your own name in ${words.provider}. Connect your ${words.account} first, under ${accountsPage(services)}.`;
  if (account.signInNeeded)
    return `Your ${words.account} for “${displayName}” has to sign in again before you can change anything. Reconnect it under ${accountsPage(services)}.`;
  if (access === "unconfirmed")
    return `${words.provider} can't be asked at the moment whether you may still see “${displayName}”, so nothing can be changed. PocketSOC tries again by itself; signing in again under ${accountsPage(services)} may help.`;
  return null;
}

/** Returns the ids of the configurations whose detections the actor may see; null if they may see all detections. */
export function readableIds(all: readonly ConfigurationAccess[]): string[] | null {
  if (all.every(({ readable }) => readable)) return null;
  return all.filter(({ readable }) => readable).map(({ configuration }) => configuration.id);
}
