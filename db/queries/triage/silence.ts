import { sql } from "drizzle-orm";
import type { Transaction } from "../../client.ts";

/** An Active High alert whose owner has done nothing on it since `touchedAt`. */
export type Silent = {
  id: string;
  ownerId: string;
  touchedAt: Date;
  /** the change that made the person the owner */
  changeId: string;
};

/**
 * Lists up to `limit` Active alerts of severity High or unknown on which their owner has decided nothing since `before`. With
 * `unreminded`, only those of which the owner wasn't reminded since their last decision. Samples and pending changes are left out,
 * and so are alerts acknowledged in versions before 0.4.0: an update must not page a team about old ones.
 */
export async function listSilent(
  tx: Transaction,
  organisationId: string,
  { before, unreminded, limit }: { before: Date; unreminded: boolean; limit: number },
): Promise<Silent[]> {
  const rows = await tx.execute<{
    id: string;
    owner_id: string;
    touched_at: string;
    change_id: string;
  }>(sql`
    select d.id, d.owner_id, touched.at::text as touched_at, taken.id as change_id
    from detections d
    cross join lateral (
      select greatest(d.owned_since, max(c.requested_at)) as at from changes c
      where c.organisation_id = d.organisation_id and c.detection_id = d.id and c.requested_by_id = d.owner_id
    ) touched
    cross join lateral (
      select c.id from changes c
      where c.organisation_id = d.organisation_id and c.detection_id = d.id and c.to_owner_id = d.owner_id
      order by c.requested_at desc limit 1
    ) taken
    where d.organisation_id = ${organisationId}::uuid and d.owner_id is not null and d.box = 'owned'
      and d.status in ('active', 'unknown') and d.pending_status is null and d.severity in ('high', 'unknown')
      and touched.at < ${before.toISOString()}::timestamptz
      and (not ${unreminded} or d.reminded_at is null or d.reminded_at < touched.at)
    order by d.id limit ${limit}`);
  return rows.map((row) => ({
    id: row.id,
    ownerId: row.owner_id,
    touchedAt: new Date(row.touched_at),
    changeId: row.change_id,
  }));
}

/** Records that owners were reminded of these detections. */
export async function setReminded(
  tx: Transaction,
  organisationId: string,
  ids: readonly string[],
  at: Date,
): Promise<void> {
  await tx.execute(sql`
    update detections set reminded_at = ${at.toISOString()}::timestamptz
    where organisation_id = ${organisationId}::uuid and id = any (${`{${ids.join()}}`}::uuid[])`);
}
