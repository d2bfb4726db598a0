import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { getLastChange } from "#db/queries/triage/changes.ts";
import {
  type DetectionEventRow,
  type DetectionSourceRow,
  getDetectionRow,
  getLastSimilarNote,
  getLatestChange,
  listComments,
  listEvents,
} from "#db/queries/triage/detections.ts";
import { listRecipients } from "#db/queries/alerting/recipients.ts";
import type { TextOrLink } from "#lib/domain/detection.ts";
import { prettyJson } from "#lib/domain/json-text.ts";
import { isOwnEvent } from "#lib/domain/timeline.ts";
import { isClosed, statusLabel } from "#lib/domain/status.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import type { Words } from "#lib/domain/vendor-words.ts";
import { listAccess, readableIds } from "#lib/core/access.ts";
import {
  actorId,
  authorise,
  type Context,
  inOwnOrganisation,
  isAdmin,
  isAllowed,
} from "#lib/core/context.ts";
import { shownCloud, vendorOf, wordsFor } from "#lib/core/vendors.ts";
import type { VendorLinks } from "#lib/vendors/contract.ts";
import { eventText } from "./timeline-text.ts";
import { writeProblemOf } from "./write-problem.ts";
import { isUnknown, unknownToVendor } from "./unknown.ts";

const gone = () =>
  new ServiceError(
    "not_found",
    "This detection isn't in your organisation, or its configuration was deleted.",
  );

/**
 * Returns everything that the page of one detection shows. Throws ServiceError `not_found`, also if the actor may not
 * see the detection.
 */
// long: what the page shows, a field a line
export async function getDetection(ctx: Context, rawId: unknown) {
  authorise(ctx, "detections.read");
  const id = z.uuid().safeParse(rawId);
  if (!id.success) throw gone();
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    // read before the rows: a client that follows the sequence from this number misses nothing
    const lastChange = await getLastChange(tx, organisationId);
    const found = await getDetectionRow(tx, organisationId, id.data);
    if (!found) throw gone();
    const { detection, source, configuration } = found;
    const access = await listAccess(ctx, tx);
    const ownAccess = access.find((item) => item.configuration.id === configuration.id);
    if (!ownAccess?.readable) throw gone();
    const events = await listEvents(tx, organisationId, detection.id);
    const comments = await listComments(tx, organisationId, detection.id);
    const recipients = await listRecipients(tx, organisationId, detection.id);
    const latest = await getLatestChange(tx, organisationId, detection.id);
    const note = await getLastSimilarNote(tx, organisationId, detection, readableIds(access));
    const { manifest, links } = vendorOf(ctx.services, configuration);
    const words = wordsFor(ctx.services, configuration);
    const alert = source.normalised;
    const readerId = actorId(ctx.actor);
    const isNotSaved =
      latest !== undefined &&
      ["diverged", "failed"].includes(latest.state) &&
      latest.state === detection.syncState;
    const canTriage = isAllowed(ctx.actor, "detections.triage");
    const consoleUrl = links.alert(
      { vendorUrl: alert.vendorUrl, application: ownAccess.credential.application },
      shownCloud(ctx.services, configuration),
    );
    const shownLink = linkFilter(links, alert.vendorUrl, consoleUrl);
    return {
      lastChange,
      id: detection.id,
      title: detection.title,
      severity: detection.severity,
      status: detection.status,
      box: detection.box,
      commentCount: detection.commentCount,
      reference: detection.reference,
      pendingStatus: detection.pendingStatus,
      pendingChangeId: detection.pendingChangeId,
      syncState: detection.syncState,
      resourceName: detection.resourceName,
      resourceType: detection.resourceType,
      configurationId: configuration.id,
      configurationName: configuration.displayName,
      vendor: configuration.vendor,
      provider: words.provider,
      words,
      transitions: manifest.transitions,
      tactics: detection.tactics,
      isSample: detection.isSample,
      isIncident: detection.isIncident,
      verdict: detection.verdict,
      reason: detection.reason,
      ownerId: detection.ownerId,
      acknowledgedBy: found.ownerName,
      silentOwner: found.silentOwnerName,
      acknowledgedAt: detection.ownedSince?.toISOString() ?? null,
      occurredAt: detection.occurredAt.toISOString(),
      receivedAt: detection.receivedAt.toISOString(),
      changeSequence: detection.changeSequence,
      description: alert.description,
      alertType: alert.alertType,
      productComponent: alert.productComponent,
      compromisedEntity: alert.compromisedEntity,
      techniques: alert.techniques,
      resources: alert.resources,
      entities: alert.entities,
      extendedProperties: alert.extendedProperties.map(({ name, value }) => ({
        name,
        value: shownLink(value),
      })),
      remediationSteps: alert.remediationSteps.map(shownLink),
      links: alert.links.map(shownLink),
      remarks: alert.remarks,
      startedAt: alert.startedAt,
      endedAt: alert.endedAt,
      generatedAt: alert.generatedAt,
      consoleUrl,
      kql: links.query?.(alert.vendorAlertId) ?? null,
      ticketText: ticketOf(
        alert,
        statusLabel[detection.status],
        `${configuration.displayName} (${words.provider})`,
        consoleUrl,
      ),
      raw: rawText(source.raw ?? source.webhookRaw),
      webhookRaw: source.raw && source.webhookRaw ? rawText(source.webhookRaw) : null,
      lastNote: note?.note ? { text: note.note, by: note.by, at: note.at.toISOString() } : null,
      timeline: events.map((event) => timelineItem(event, words, ctx.actor.name, comments)),
      recipients: recipients.map(recipientView),
      canTriage,
      readerId,
      isMine: readerId !== null && detection.ownerId === readerId,
      canRelease:
        canTriage &&
        !isClosed(detection.status) &&
        detection.pendingStatus === null &&
        (detection.ownerId !== null || detection.status === "in_progress") &&
        (isAdmin(ctx.actor) || detection.ownerId === null || detection.ownerId === readerId),
      unconfirmedSince: configuration.disabledAt ? null : (ownAccess.unconfirmedSince?.toISOString() ?? null),
      writeBlock: canTriage ? (ownAccess.writeBlock ?? unknownBlock(source, words)) : null,
      copies: {
        firstPolledAt: source.firstPolledAt?.toISOString() ?? null,
        firstDeliveredAt: source.firstDeliveredAt?.toISOString() ?? null,
        unknown: isUnknown(source),
      },
      noteRequired: ctx.services.noteRequired,
      writeProblem: canTriage ? writeProblemOf(ownAccess, words) : null,
      /** the status that wasn't saved at the vendor, and why it was asked for; null if every change was saved */
      notSaved: isNotSaved && latest?.toStatus ? { to: latest.toStatus, reason: latest.reason } : null,
      stateSentence:
        latest && isNotSaved
          ? [
              latest.message,
              latest.remedy,
              latest.requestId ? `${words.provider}'s request id: ${latest.requestId}` : "",
            ]
              .filter(Boolean)
              .join(" ")
          : null,
    };
  });
}

export type DetectionDetail = Awaited<ReturnType<typeof getDetection>>;

/**
 * Returns a function that keeps only links to trusted addresses, also in detections that an earlier version stored. A link to
 * the alert's own page leads to the console of the configuration's cloud.
 */
const linkFilter =
  ({ trusts }: VendorLinks, vendorUrl: string | null, consoleUrl: string | null) =>
  ({ text, href }: TextOrLink): TextOrLink => {
    if (href === null) return { text, href };
    if (href === vendorUrl) return { text, href: consoleUrl };
    return { text, href: trusts?.(href) ? href : null };
  };

const recipientView = (recipient: Awaited<ReturnType<typeof listRecipients>>[number]) => ({
  ...recipient,
  queuedAt: recipient.queuedAt.toISOString(),
  acceptedAt: recipient.acceptedAt?.toISOString() ?? null,
  shownAt: recipient.shownAt?.toISOString() ?? null,
  openedAt: recipient.openedAt?.toISOString() ?? null,
  actedAt: recipient.actedAt?.toISOString() ?? null,
  digestEndedAt: recipient.digestEndedAt?.toISOString() ?? null,
});

const unknownBlock = (source: DetectionSourceRow, words: Words) =>
  isUnknown(source) ? unknownToVendor(words) : null;

const rawText = (gzipped: Buffer | null) => (gzipped ? prettyJson(gunzipSync(gzipped).toString("utf8")) : "");

const sourceLabels = { portal: "Portal", api: "API", worker: "PocketSOC", webhook: "Webhook" } as const;

function timelineItem(
  event: DetectionEventRow,
  words: Words,
  reader: string,
  comments: ReadonlyMap<string, string>,
) {
  const comment = event.kind === "commented" ? comments.get(String(event.detail.changeId)) : undefined;
  const detail =
    event.kind === "commented" ? { ...event.detail, isUndone: comment === undefined } : event.detail;
  return {
    id: event.id,
    at: event.at.toISOString(),
    text: eventText(event.kind, detail, words),
    by: event.actor,
    where: event.source === "vendor" ? words.provider : sourceLabels[event.source],
    note: comment ?? event.note,
    isComment: comment !== undefined,
    isOwn: isOwnEvent(event, reader),
  };
}

function ticketOf(
  alert: {
    title: string;
    severity: string;
    resourceName: string;
    alertType: string;
    startedAt: string | null;
    vendorAlertId: string;
  },
  status: string,
  source: string,
  url: string | null,
): string {
  return [
    alert.title,
    `Severity: ${alert.severity} · Status: ${status} · Source: ${source}`,
    `Resource: ${alert.resourceName || "none named"}`,
    `Activity began: ${alert.startedAt ?? "not given"}`,
    `Alert type: ${alert.alertType} · Alert id: ${alert.vendorAlertId}`,
    ...(url ? [url] : []),
  ].join("\n");
}
