import { sql } from "drizzle-orm";
import type { Transaction } from "../../client.ts";

/** A detection as it leaves the portal in a file. Times are in ISO 8601, in UTC with milliseconds. */
export type ExportRow = {
  id: string;
  vendor: string;
  vendorAlertId: string;
  configuration: string;
  scopeId: string;
  resourceId: string;
  resourceName: string;
  title: string;
  alertType: string;
  severity: string;
  status: string;
  box: string;
  raisedAt: string;
  receivedAt: string;
  notifiedAt: string | null;
  notified: string | null;
  notifiedBy: string | null;
  shownAt: string | null;
  acknowledgedAt: string | null;
  acknowledgedBy: string | null;
  owner: string | null;
  verdict: string | null;
  reason: string | null;
  note: string | null;
  how: string | null;
  closedAt: string | null;
  confirmedAt: string | null;
  vendorRequestId: string | null;
  reopened: number;
  reference: string | null;
  isSample: boolean;
};

const utc = (value: ReturnType<typeof sql>) =>
  sql`to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * Returns the detections with these ids, in the order of the ids. `how` a closed one was closed is `outside` unless a change of
 * PocketSOC closed it; the verdict's way otherwise.
 */
// long: a column a line
export async function listExportRows(
  tx: Transaction,
  organisationId: string,
  ids: readonly string[],
): Promise<ExportRow[]> {
  if (ids.length === 0) return [];
  const rows = await tx.execute<ExportRow>(sql`
    select d.id, s.vendor, s.normalised ->> 'vendorAlertId' as "vendorAlertId", c.display_name as "configuration",
      c.scope_id as "scopeId", coalesce(s.normalised #>> '{resources,0,id}', '') as "resourceId",
      d.resource_name as "resourceName", d.title, d.alert_type as "alertType", d.severity, d.status, d.box,
      ${utc(sql`d.occurred_at`)} as "raisedAt", ${utc(sql`d.received_at`)} as "receivedAt",
      ${utc(sql`first.at`)} as "notifiedAt", first.who as notified, first.channel as "notifiedBy",
      ${utc(sql`shown.at`)} as "shownAt",
      ${utc(sql`taken.requested_at`)} as "acknowledgedAt", taken.requested_by as "acknowledgedBy",
      (select u.display_name from users u where u.id = d.owner_id) as owner,
      d.verdict, d.reason, judged.note,
      case when d.box = 'closed' and closing.id is null then 'outside'
        else coalesce(d.judged_how, case when closing.id is not null then closing.how end) end as how,
      ${utc(sql`coalesce(closing.requested_at, outside.at)`)} as "closedAt",
      ${utc(sql`case when closing.state = 'confirmed' then closing.finished_at end`)} as "confirmedAt",
      closing.request_id as "vendorRequestId", d.notify_round as reopened, d.reference, d.is_sample as "isSample"
    from unnest(${`{${ids.join()}}`}::uuid[]) with ordinality wanted (id, place)
    join detections d on d.organisation_id = ${organisationId}::uuid and d.id = wanted.id
    join detection_sources s on s.organisation_id = d.organisation_id and s.detection_id = d.id
    join configurations c on c.organisation_id = d.organisation_id and c.id = d.configuration_id
    left join lateral (
      select n.queued_at as at, u.display_name as who, n.channel from notifications n join users u on u.id = n.user_id
      where n.organisation_id = d.organisation_id and n.detection_id = d.id and n.state in ('accepted', 'gathered')
      order by n.queued_at, n.id limit 1
    ) first on true
    left join lateral (
      select min(n.shown_at) as at from notifications n
      where n.organisation_id = d.organisation_id and n.detection_id = d.id
    ) shown on true
    left join lateral (
      select k.requested_at, k.requested_by from changes k
      where k.organisation_id = d.organisation_id and k.detection_id = d.id and k.state <> 'cancelled'
        and k.sets_owner and k.to_owner_id is not null
      order by k.requested_at limit 1
    ) taken on true
    left join lateral (
      select k.note from changes k
      where k.organisation_id = d.organisation_id and k.detection_id = d.id and k.state <> 'cancelled'
        and k.note is not null
      order by k.requested_at desc limit 1
    ) judged on true
    left join lateral (
      select k.id, k.requested_at, k.finished_at, k.state, k.request_id,
        case when k.requester ->> 'tokenId' is not null then 'api' else 'sheet' end as how
      from changes k
      where d.box = 'closed' and k.organisation_id = d.organisation_id and k.detection_id = d.id
        and k.to_status = coalesce(d.pending_status, d.status) and k.state in ('held', 'sending', 'confirmed')
      order by k.requested_at desc limit 1
    ) closing on true
    left join lateral (
      select e.at from detection_events e
      where d.box = 'closed' and closing.id is null and e.organisation_id = d.organisation_id
        and e.detection_id = d.id and e.kind in ('status_changed', 'received')
      order by e.change_sequence desc limit 1
    ) outside on true
    order by wanted.place`);
  return [...rows];
}
