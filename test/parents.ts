import { sql } from "drizzle-orm";
import { type Database, inOrganisation } from "#db/client.ts";

const asArray = (ids: readonly string[]) => sql`${`{${ids.join()}}`}::uuid[]`;

/**
 * Inserts configurations with these ids into an organisation, as parents for a test's rows. The organisation needn't exist.
 */
export async function putConfigurations(
  db: Database,
  organisationId: string,
  ids: readonly string[],
): Promise<void> {
  const organisation = sql`${organisationId}::uuid`;
  await inOrganisation(db, organisationId, async (tx) => {
    // the organisation's id is that of its person and its credential, too
    await tx.execute(sql`insert into users (id, directory_id, object_id, sign_in_name, display_name)
      values (${organisation}, 'test', ${organisationId}, 'somebody@contoso.example', 'Somebody') on conflict do nothing`);
    await tx.execute(sql`insert into credentials
        (organisation_id, id, authority, application, kind, secret_hint, secret_set_at, secret_set_by)
      values (${organisation}, ${organisation}, 'test', '{}', 'public', '', now(), ${organisation}) on conflict do nothing`);
    await tx.execute(sql`insert into configurations
        (organisation_id, id, vendor, display_name, auth_type, credential_id, cloud, scope_id, created_by)
      select ${organisation}, id, 'test', 'Test', 'test', ${organisation}, 'test', id, ${organisation}
      from unnest(${asArray(ids)}) id`);
  });
}

/**
 * Inserts status changes with these ids into an organisation, as parents for a test's rows. The organisation needn't exist.
 */
export async function putStatusChanges(
  db: Database,
  organisationId: string,
  ids: readonly string[],
): Promise<void> {
  const [detectionId = ""] = ids;
  await putConfigurations(db, organisationId, [detectionId]);
  await inOrganisation(db, organisationId, async (tx) => {
    const organisation = sql`${organisationId}::uuid`;
    const detection = sql`${detectionId}::uuid`;
    await tx.execute(sql`insert into detections (organisation_id, id, configuration_id, title, alert_type, severity,
        severity_rank, status, resource_name, resource_type, tactics, is_sample, is_incident, occurred_at, received_at,
        search_text, change_sequence)
      values (${organisation}, ${detection}, ${detection}, '', '', 'low', 1, 'active', '', '', '{}', false, false, now(),
        now(), '', 0)`);
    await tx.execute(sql`insert into changes (organisation_id, id, detection_id, configuration_id, alert_type,
        resource_name, from_status, to_status, state, requested_by, requested_at)
      select ${organisation}, id, ${detection}, ${detection}, '', '', 'active', 'dismissed', 'held', 'Somebody', now()
      from unnest(${asArray(ids)}) id`);
  });
}
