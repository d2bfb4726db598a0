import type { Transaction } from "#db/client.ts";
import { type ConfigurationRow, listConfigurations } from "#db/queries/sources/configurations.ts";
import { type AccountRow, listAccountsOf, listAccountsOfAll } from "#db/queries/sources/accounts.ts";
import { type Access, accessOf, mayRead, unconfirmedSince } from "#lib/domain/access.ts";
import type { Actor, Context, Services } from "./context.ts";
import { accountsPage, vendorOf } from "./vendors.ts";

/** What the actor may see and change of one configuration, by the vendor's last answer to their own account. */
export type ConfigurationAccess = Awaited<ReturnType<typeof listConfigurations>>[number] & {
  /** the actor's own; only where their own account counts */
  account: AccountRow | null;
  access: Access;
  readable: boolean;
  /** set while the access is `unconfirmed` */
  unconfirmedSince: Date | null;
  /** why no change can be asked for now, in a sentence; null when it can */
  writeBlock: string | null;
};

/** Every configuration, with what the actor may see of it. What isn't `readable` is shown to them nowhere. */
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
 * The configurations, and which of them each of these people may see now: the same answer as `listAccess` has for
 * each, for many at once.
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
  const byUser = Map.groupBy(accounts, (one) => one.userId);
  return {
    configurations: new Map(all.map(({ configuration }) => [configuration.id, configuration])),
    readableOf: (userId: string) =>
      accessFrom(services, "user", all, byUser.get(userId) ?? [])
        .filter((one) => one.readable)
        .map(({ configuration }) => configuration.id),
  };
}

function accessFrom(
  services: Services,
  kind: Actor["kind"],
  all: Awaited<ReturnType<typeof listConfigurations>>,
  own: readonly AccountRow[],
): ConfigurationAccess[] {
  const byConfiguration = new Map(own.map((one) => [one.configurationId, one]));
  return all.map((one) => {
    const account = byConfiguration.get(one.configuration.id) ?? null;
    const access = kind === "system" ? "granted" : readAccess(services, one.configuration, account);
    return {
      ...one,
      account,
      access,
      unconfirmedSince:
        access === "unconfirmed" && account ? unconfirmedSince(account, services.now()) : null,
      readable: mayRead(access),
      writeBlock: writeBlockOf(services, one.configuration, account, access),
    };
  });
}

function readAccess(services: Services, configuration: ConfigurationRow, account: AccountRow | null): Access {
  // the application reads for everyone of the team
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
  if (writeAs === "application") return null;
  const { words } = vendorOf(services, configuration).manifest;
  if (!account)
    return `Changes to “${displayName}” carry your own name in ${words.provider}. Connect your ${words.account} first, under ${accountsPage(words)}.`;
  if (account.signInNeeded)
    return `Your ${words.account} for “${displayName}” has to sign in again before you can change anything. Reconnect it under ${accountsPage(words)}.`;
  if (access === "unconfirmed")
    return `${words.provider} can't be asked at the moment whether you may still see “${displayName}”, so nothing can be changed. It is tried again by itself; signing in again under ${accountsPage(words)} may help.`;
  return null;
}

/** The configurations whose detections the actor may see; null when those are all there are. */
export function readableIds(all: readonly ConfigurationAccess[]): string[] | null {
  if (all.every((one) => one.readable)) return null;
  return all.filter((one) => one.readable).map(({ configuration }) => configuration.id);
}
