import { gzipSync } from "node:zlib";
import postgres from "postgres";
import { goodAlert } from "./alerts.ts";
import { newId } from "#lib/platform/ids.ts";
import { openVendors } from "#lib/vendors/offer.ts";
import { registry } from "#lib/vendors/registry.ts";

/**
 * Inserts `count` detections into an organisation, one for every 105 s before now. They have three configurations, 400
 * resources, 160 titles, and a rare word in 1 of 10,000. Half are closed, some with a note. Returns the configurations'
 * ids.
 */
// long: the rows of one transaction, one column a line
export async function fill(superUrl: string, organisationId: string, userId: string, count: number) {
  const client = postgres(superUrl, { max: 1, onnotice: () => {} });
  const normalised = openVendors(registry, {}).get("defender-for-cloud").normalise(goodAlert());
  if (!normalised.ok) throw new Error(normalised.reason);
  const raw = gzipSync(JSON.stringify(goodAlert()));
  const credentialId = newId();
  const configurationIds = [newId(), newId(), newId()];
  try {
    await client.begin(async (tx) => {
      await tx`insert into credentials ${tx({
        organisation_id: organisationId,
        id: credentialId,
        authority: "microsoft-entra",
        application: tx.json({
          tenantId: "4f6d1c1e-7a53-4a8e-9b5c-0c1d2e3f4a5b",
          applicationId: "1d2e3f40-5a6b-4c7d-8e9f-a0b1c2d3e4f5",
        }),
        secret_sealed: Buffer.alloc(32),
        secret_hint: "ben",
        secret_set_at: new Date(),
        secret_set_by: userId,
      })}`;
      for (const [index, id] of configurationIds.entries()) {
        await tx`insert into configurations ${tx({
          organisation_id: organisationId,
          id,
          vendor: "defender-for-cloud",
          display_name: `Bench ${index + 1}`,
          auth_type: "oauth",
          credential_id: credentialId,
          cloud: "AzureCloud",
          scope_id: `00000000-0000-4000-8000-00000000000${index}`,
          created_by: userId,
          last_good_sync_at: new Date(),
        })}`;
      }
      await tx`
        insert into detections (organisation_id, id, configuration_id, title, alert_type,
          severity, severity_rank, status, resource_name, resource_type, tactics, is_sample, is_incident,
          occurred_at, received_at, search_text, change_sequence)
        select ${organisationId}::uuid, gen_random_uuid(),
          (${configurationIds}::uuid[])[1 + i % 3],
          title, 'VM_Type' || i % 40, (array['high','medium','low','informational'])[1 + rank % 4], 4 - rank % 4,
          (array['active','resolved','dismissed','in_progress'])[1 + (i / 7) % 4],
          resource, 'Microsoft.Compute/virtualMachines', array['Execution'], i % 50 = 0, i % 100 = 0,
          now() - i * interval '105 seconds', now() - i * interval '105 seconds',
          lower(title || E'\n' || resource || E'\n10.' || i % 250 || '.' || (i / 250) % 250 || '.7'
            || case when i % 10000 = 77 then E'\nrareword' else '' end), i
        from (select i, (i::bigint * 7919 % 10)::integer as rank, 'vm-app-' || i % 400 as resource,
            (array['Suspicious process','Many failed sign-ins','Malware uploaded','Unusual data export'])[1 + i % 4]
              || ' seen on a host, kind ' || i % 40 as title
          from generate_series(1, ${count}::integer) i) made`;
      await tx`insert into detection_sources (organisation_id, detection_id, configuration_id, vendor, identity,
          vendor_status, content_hash, read_ticket, read_at, first_polled_at, raw, normalised)
        select organisation_id, id, configuration_id, 'defender-for-cloud', sha256(change_sequence::text::bytea), status,
          sha256('x'::bytea), 1, now(), received_at, ${raw}, ${tx.json(normalised.detection as never)}
        from detections where organisation_id = ${organisationId}`;
      await tx`insert into changes (organisation_id, id, detection_id, configuration_id, alert_type, resource_name,
          from_status, to_status, note, state, requested_by, requested_by_id, requested_at)
        select organisation_id, gen_random_uuid(), id, configuration_id, alert_type, resource_name, 'active', status,
          case when change_sequence % 20 = 0 then 'Looked at it, and it is expected.' end, 'confirmed', 'Bench', ${userId}::uuid, received_at
        from detections where organisation_id = ${organisationId} and status in ('resolved', 'dismissed')`;
      await tx`insert into detection_events (organisation_id, id, detection_id, at, kind, actor, source, detail, change_sequence)
        select organisation_id, gen_random_uuid(), id, received_at, 'received', 'PocketSOC', 'worker',
          '{"configuration":"Bench","status":"active"}'::jsonb, change_sequence
        from detections where organisation_id = ${organisationId}`;
    });
    await client`vacuum analyze`;
  } finally {
    await client.end({ timeout: 5 });
  }
  return configurationIds;
}
