import { z } from "zod";
import { type DatabaseHandle, openDatabase } from "#db/client.ts";
import { jobsPoolSize } from "#db/connections.ts";
import { type JobsDatabase, openJobsDatabase } from "#db/jobs-database.ts";
import { statementTimeoutMs } from "#db/open-client.ts";
import { TargetStatus } from "#lib/domain/words.ts";
import { deliveriesKeptDays } from "#lib/domain/delivery.ts";
import { openJobQueue } from "#lib/jobs/queue.ts";
import type { EncryptionKey } from "#lib/platform/crypto.ts";
import { errorForLog, logger } from "#lib/platform/logger.ts";
import { createMailSender, sendNoMail } from "#lib/platform/mail-sender.ts";
import { openEgress } from "#lib/platform/egress.ts";
import { createOutgoingSender } from "#lib/platform/outgoing-http.ts";
import type { ProxySettings } from "#lib/platform/proxy-settings.ts";
import { createWebPushSender } from "#lib/platform/web-push-sender.ts";
import type { SmtpSettings } from "#lib/platform/smtp-settings.ts";
import type { Vendors } from "#lib/vendors/offer.ts";
import type { Services } from "./context.ts";

/** The settings that `lib/platform/env.ts` reads, and the vendors that the portal offers. */
type ServiceSettings = {
  databaseUrl: string;
  encryptionKeys: readonly EncryptionKey[];
  vendors: Vendors;
  portalUrl: string;
  undoSeconds: number;
  noteRequired?: readonly string[];
  unconfirmedHours?: number;
  deliveriesKeptDays?: number;
  vapidSubject?: string | null;
  pushHosts?: readonly string[];
  mail?: { smtp: SmtpSettings; from: string; isLoginHeld?: boolean } | null;
  outgoingHosts?: readonly string[];
  proxy?: ProxySettings | null;
};

/**
 * Opens the services that every verb receives. `name` becomes the name of the database pool in PostgreSQL. Closing
 * `handle` closes the pool.
 */
export function openServices(
  settings: ServiceSettings,
  name: string,
): { services: Services; handle: DatabaseHandle } {
  const handle = openDatabase(settings.databaseUrl, {
    name,
    onHintProblem: (error) => services.log("hints.problem", { error }),
  });
  const egress = openEgress(settings.proxy ?? null);
  const services: Services = {
    db: handle.db,
    jobs: openJobQueue(handle.db),
    hints: handle.hints,
    keyring: settings.encryptionKeys,
    vendors: settings.vendors,
    portalUrl: settings.portalUrl,
    egress,
    webPush: {
      subject: settings.vapidSubject ?? null,
      moreHosts: settings.pushHosts ?? [],
      send: createWebPushSender(egress),
    },
    mail: {
      from: settings.mail?.from ?? null,
      isLoginHeld: settings.mail?.isLoginHeld ?? false,
      send: settings.mail ? createMailSender(settings.mail.from, settings.mail.smtp) : sendNoMail,
    },
    outgoing: { moreHosts: settings.outgoingHosts ?? [], send: createOutgoingSender(egress) },
    unconfirmedMs: (settings.unconfirmedHours ?? 72) * 3_600_000,
    noteRequired: z.array(TargetStatus).parse(settings.noteRequired ?? ["dismissed"]),
    deliveriesKeptDays: settings.deliveriesKeptDays ?? deliveriesKeptDays,
    undoWindowMs: settings.undoSeconds * 1000,
    now: () => new Date(),
    log: (event, { error, ...detail }) => {
      const level = error === undefined ? "info" : "error";
      logger[level]({ event, ...detail, ...(error === undefined ? {} : { error: errorForLog(error) }) });
    },
  };
  return { services, handle };
}

export type { JobsDatabase };

/** Opens the pool of the worker's job queue. */
export const openJobs = ({ databaseUrl }: { databaseUrl: string }): JobsDatabase =>
  openJobsDatabase(databaseUrl, { max: jobsPoolSize, name: "pocketsoc-worker-jobs", statementTimeoutMs });
