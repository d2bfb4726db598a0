import { existsSync, readFileSync } from "node:fs";
import { inOrganisation } from "#db/client.ts";
import { listOrganisationIds } from "#db/queries/identity/organisations.ts";
import { listMembers } from "#db/queries/identity/people.ts";
import { readEnv } from "#lib/platform/env.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { pauseOrAbort } from "#lib/platform/pause.ts";
import type { Context } from "#lib/core/context.ts";
import { removeDevice } from "#lib/alerting/devices/remove.ts";
import { renameDevice } from "#lib/alerting/devices/rename.ts";
import { saveDevice } from "#lib/alerting/devices/save.ts";
import { currentVapidKey } from "#lib/alerting/delivery/vapid-keys.ts";
import { openServices } from "#lib/core/open.ts";
import { noVendors } from "#lib/vendors/offer.ts";
import type { DemoPhones } from "./demo-phones.ts";
import { freePort, isFree } from "./ports.ts";
import { writeWhole } from "./state-folder.ts";

type Phone = { path: string; privateKey: string; auth: string; deviceId: string };
type Kept = { pushPort: number; phones: Record<string, Phone> };

/** the demo's people who get a phone, by sign-in name */
const people = ["admin@contoso.example", "analyst@contoso.example"];
const checkEveryMs = 2_000;

function readKept(file: string): Kept | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Kept) : null;
}

/**
 * Returns the push service's port of the last run, because the phones' addresses contain this port. If it is taken, returns
 * a new port.
 */
export async function pushPortOf(file: string): Promise<number> {
  const kept = readKept(file)?.pushPort;
  return kept && (await isFree(kept, "localhost")) ? kept : freePort();
}

/**
 * Adds a "Demo phone" for each of the demo's people as soon as they are members of the team, by the API calls that a
 * browser makes. Ends when everyone has a phone or `signal` aborts. `file` stores the phones' keys between runs.
 */
export async function lendPhones(
  settings: Record<string, string>,
  phones: DemoPhones,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const read = readEnv(settings);
  if (!read.ok) throw new Error(`the demo's settings: ${read.problems.map(({ name }) => name).join(", ")}`);
  const { services, handle } = openServices({ ...read.env, vendors: noVendors }, "pocketsoc-demo-phones");
  const earlier = readKept(file);
  const kept: Kept = { pushPort: phones.pushPort, phones: {} };
  const done = new Set<string>();
  try {
    while (!signal.aborted && done.size < people.length) {
      const [organisationId = ""] = await listOrganisationIds(services.db);
      const key = await currentVapidKey(services);
      const members = await inOrganisation(services.db, organisationId, (tx) =>
        listMembers(tx, organisationId),
      );
      for (const { userId, displayName: name, signInName, role } of key ? members : []) {
        if (!people.includes(signInName) || done.has(signInName)) continue;
        done.add(signInName);
        const ctx: Context = { services, actor: { kind: "user", userId, name, role, organisationId } };
        const old = earlier?.phones[signInName];
        const isSamePort = earlier?.pushPort === phones.pushPort;
        const phone = await lend(ctx, phones, key?.publicKey ?? "", isSamePort, old);
        if (phone) kept.phones[signInName] = phone;
        writeWhole(file, JSON.stringify({ ...kept, phones: { ...earlier?.phones, ...kept.phones } }));
      }
      await pauseOrAbort(checkEveryMs, signal);
    }
  } finally {
    await services.hints.close();
    await handle.close();
  }
}

/** Registers a person's phone. If the earlier phone's address has changed, a new phone replaces it. */
async function lend(
  ctx: Context,
  phones: DemoPhones,
  publicKey: string,
  isSamePort: boolean,
  old: Phone | undefined,
): Promise<Phone | null> {
  if (ctx.actor.kind !== "user") throw new Error("phones are lent to people");
  const phone = phones.phoneOf(ctx.actor.name, isSamePort ? old : undefined);
  const { path, endpoint, keys, privateKey } = phone;
  try {
    if (old && !isSamePort) await removeDevice(ctx, old.deviceId).catch(ignoreNotFound);
    const pushSubscription = { endpoint, keys };
    const input = { pushSubscription, publicKey, userAgent: "Demo phone", hasTouch: true };
    const { id } = await saveDevice(ctx, input);
    if (id !== old?.deviceId) await renameDevice(ctx, id, "Demo phone");
    return { path, privateKey, auth: keys.auth, deviceId: id };
  } catch (error) {
    // refused: an admin of the demo deactivated the phone, and it stays that way
    if (!(error instanceof ServiceError)) throw error;
    console.error(`No demo phone for ${ctx.actor.name}: ${error.message}`);
    return null;
  }
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof ServiceError && error.code === "not_found")) throw error;
}
