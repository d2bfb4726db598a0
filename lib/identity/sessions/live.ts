import { inOrganisation } from "#db/client.ts";
import { getDevice, listDevicesById } from "#db/queries/alerting/devices.ts";
import { listSessionsWithRole, type Live } from "#db/queries/identity/liveness.ts";
import { findSession, type SessionRow } from "#db/queries/identity/sessions.ts";
import { isVerified } from "#lib/domain/device.ts";
import { alertsSessionMs, isFresh, reachOf, type SessionReach } from "#lib/domain/session.ts";
import type { Services } from "#lib/core/context.ts";

/** Returns a session with its person and what the session allows, or null if the session has ended. */
export async function findLiveSession(services: Services, idHash: Buffer) {
  const found = await findSession(services.db, idHash);
  if (!found) return null;
  const now = services.now();
  const device = isFresh(found.session, now) ? undefined : await deviceOf(services, found.session);
  const reach: SessionReach | null = reachOf(found.session, device, now);
  return reach && { ...found, reach };
}

/**
 * Returns the sessions that haven't ended, each with its organisation and the person's role in it. The keys are the
 * hashes of the session ids, in hex.
 */
export async function listLiveSessions(services: Services, idHashes: Buffer[]): Promise<Map<string, Live>> {
  const now = services.now();
  const rows = await listSessionsWithRole(services.db, idHashes);
  const stale = rows.filter(({ session }) => session.deviceId && !isFresh(session, now));
  const devices = new Map<string, Awaited<ReturnType<typeof listDevicesById>>[number]>();
  for (const [organisationId, staleRows] of Map.groupBy(stale, ({ live }) => live.organisationId)) {
    const ids = staleRows.flatMap(({ session }) => session.deviceId ?? []);
    for (const device of await inOrganisation(services.db, organisationId, (tx) =>
      listDevicesById(tx, organisationId, ids),
    ))
      devices.set(device.id, device);
  }
  return new Map(
    rows
      .filter(({ session }) => {
        const device = devices.get(session.deviceId ?? "");
        return reachOf(session, device?.userId === session.userId ? device : undefined, now) !== null;
      })
      .map(({ session, live }) => [session.idHash.toString("hex"), live]),
  );
}

/** Returns the device of a session, if the device still belongs to the session's person. */
export async function deviceOf(services: Services, { organisationId, deviceId, userId }: SessionRow) {
  if (!organisationId || !deviceId) return undefined;
  const device = await inOrganisation(services.db, organisationId, (tx) =>
    getDevice(tx, organisationId, deviceId),
  );
  return device?.userId === userId ? device : undefined;
}

/** Returns when a session stops allowing work on alerts. Returns null if the session's device isn't verified. */
export async function alertsSessionEndsAt(services: Services, idHash: Buffer): Promise<Date | null> {
  const live = await findLiveSession(services, idHash);
  const device = live && (await deviceOf(services, live.session));
  if (!device || !isVerified(device, services.now())) return null;
  return new Date(live.session.createdAt.getTime() + alertsSessionMs);
}

/** Whether the session ended because an admin deactivated its device. */
export async function wasDeactivated(services: Services, idHash: Buffer): Promise<boolean> {
  const found = await findSession(services.db, idHash, { includeRevoked: true });
  const device = found?.session.revokedAt ? await deviceOf(services, found.session) : undefined;
  return device !== undefined && device.deactivatedAt !== null;
}
