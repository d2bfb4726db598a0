-- an unknown severity counts as High
UPDATE "detections" SET "severity_rank" = 4 WHERE "severity" = 'unknown';--> statement-breakpoint
DROP INDEX "detections_owned";--> statement-breakpoint
-- it was always null; the owner is who acknowledged
ALTER TABLE "detections" DROP COLUMN "owner_id";--> statement-breakpoint
ALTER TABLE "detections" RENAME COLUMN "acknowledged_by_user_id" TO "owner_id";--> statement-breakpoint
ALTER TABLE "detections" RENAME COLUMN "acknowledged_at" TO "owned_since";--> statement-breakpoint
ALTER TABLE "status_changes" RENAME TO "changes";--> statement-breakpoint
ALTER TABLE "audit_events" DROP CONSTRAINT "audit_events_action_known";--> statement-breakpoint
ALTER TABLE "detection_events" DROP CONSTRAINT "detection_events_kind_known";--> statement-breakpoint
ALTER TABLE "detections" DROP CONSTRAINT "detections_acknowledged";--> statement-breakpoint
ALTER TABLE "changes" DROP CONSTRAINT "status_changes_from_status_known";--> statement-breakpoint
ALTER TABLE "changes" DROP CONSTRAINT "status_changes_to_status_known";--> statement-breakpoint
ALTER TABLE "changes" DROP CONSTRAINT "status_changes_state_known";--> statement-breakpoint
ALTER TABLE "detections" DROP CONSTRAINT "detections_acknowledged_by_user_id_fk";--> statement-breakpoint
ALTER TABLE "outbox" DROP CONSTRAINT "outbox_change_id_fk";--> statement-breakpoint
ALTER TABLE "changes" DROP CONSTRAINT "status_changes_detection_id_fk";--> statement-breakpoint
ALTER TABLE "changes" DROP CONSTRAINT "status_changes_requested_by_id_fk";--> statement-breakpoint
DROP INDEX "status_changes_of";--> statement-breakpoint
DROP INDEX "status_changes_notes";--> statement-breakpoint
ALTER TABLE "changes" DROP CONSTRAINT "status_changes_organisation_id_id_pk";--> statement-breakpoint
ALTER TABLE "changes" ALTER COLUMN "to_status" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_organisation_id_id_pk" PRIMARY KEY("organisation_id","id");--> statement-breakpoint
ALTER TABLE "detections" ADD COLUMN "verdict" text;--> statement-breakpoint
ALTER TABLE "detections" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "detections" ADD COLUMN "judged_by" text;--> statement-breakpoint
ALTER TABLE "detections" ADD COLUMN "judged_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "detections" ADD COLUMN "judged_how" text;--> statement-breakpoint
ALTER TABLE "changes" ADD COLUMN "sets_owner" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "changes" ADD COLUMN "to_owner_id" uuid;--> statement-breakpoint
ALTER TABLE "changes" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "changes" ADD COLUMN "before" jsonb;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_change_id_fk" FOREIGN KEY ("organisation_id","change_id") REFERENCES "public"."changes"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_detection_id_fk" FOREIGN KEY ("organisation_id","detection_id") REFERENCES "public"."detections"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_requested_by_id_fk" FOREIGN KEY ("requested_by_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_to_owner_id_fk" FOREIGN KEY ("to_owner_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
-- the key has the old column's name
ALTER TABLE "detections" ADD CONSTRAINT "detections_owner_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "detections" ADD COLUMN "is_backlog" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "detections" ADD COLUMN "box" text GENERATED ALWAYS AS (CASE
          WHEN is_sample THEN 'sample'
          WHEN coalesce(pending_status, status) IN ('dismissed', 'resolved') THEN 'closed'
          WHEN owner_id IS NOT NULL OR coalesce(pending_status, status) = 'in_progress' THEN 'owned'
          WHEN is_backlog THEN 'backlog'
          WHEN severity = 'informational' THEN 'information'
          ELSE 'triage'
        END) STORED NOT NULL;--> statement-breakpoint
-- the counts are made again from the detections, now with samples and by box
DELETE FROM "detection_counts";--> statement-breakpoint
ALTER TABLE "detection_counts" DROP CONSTRAINT "detection_counts_organisation_id_configuration_id_severity_status_pk";--> statement-breakpoint
ALTER TABLE "detection_counts" ADD COLUMN "box" text NOT NULL;--> statement-breakpoint
ALTER TABLE "detection_counts" ADD CONSTRAINT "detection_counts_organisation_id_configuration_id_box_severity_status_pk" PRIMARY KEY("organisation_id","configuration_id","box","severity","status");--> statement-breakpoint
INSERT INTO "detection_counts" ("organisation_id", "configuration_id", "box", "severity", "status", "count")
  SELECT "organisation_id", "configuration_id", "box", "severity", "status", count(*) FROM "detections" GROUP BY 1, 2, 3, 4, 5;--> statement-breakpoint
-- a change that is on its way and brought the owner takes the owner back if it doesn't stand
UPDATE "changes" c SET "sets_owner" = true, "to_owner_id" = d."owner_id", "before" =
    '{"ownerId":null,"ownedSince":null,"verdict":null,"reason":null,"judgedBy":null,"judgedAt":null,"judgedHow":null}'
  FROM "detections" d
  WHERE d."organisation_id" = c."organisation_id" AND d."id" = c."detection_id" AND c."state" IN ('held', 'sending')
    AND d."owner_id" = c."requested_by_id" AND d."owned_since" = c."requested_at";--> statement-breakpoint
CREATE INDEX "detections_by_box" ON "detections" USING btree ("organisation_id","box","severity_rank","occurred_at","id");--> statement-breakpoint
CREATE INDEX "detections_not_saved" ON "detections" USING btree ("organisation_id","configuration_id") WHERE sync_state in ('diverged', 'failed');--> statement-breakpoint
CREATE INDEX "changes_of" ON "changes" USING btree ("organisation_id","detection_id","requested_at");--> statement-breakpoint
CREATE INDEX "changes_notes" ON "changes" USING btree ("organisation_id","alert_type","resource_name","requested_at") WHERE note is not null;--> statement-breakpoint
CREATE INDEX "detections_owned" ON "detections" USING btree ("organisation_id","owner_id","configuration_id") WHERE owner_id is not null and box = 'owned';--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_action_known" CHECK ("audit_events"."action" IN ('audit.deleted', 'audit.exported', 'audit.trimmed', 'certificate.prepared', 'configuration.changed', 'configuration.created', 'configuration.deleted', 'configuration.disabled', 'configuration.enabled', 'connection.ended', 'connection.made', 'credential.secret_replaced', 'device.activated', 'device.added', 'device.deactivated', 'device.removed', 'delivery.replayed', 'detection.acknowledged', 'detection.change_given_up', 'detection.owner_undone', 'detection.released', 'detection.status_confirmed', 'detection.status_diverged', 'detection.status_failed', 'detection.status_requested', 'detection.status_undone', 'detection.taken_over', 'member.admitted', 'member.declined', 'member.first_admin', 'member.removed', 'member.role_changed', 'notifications.changed', 'notifications.rules_changed', 'notifications.switched_off', 'notifications.switched_on', 'organisation.created', 'outgoing_webhook.changed', 'outgoing_webhook.created', 'outgoing_webhook.secret_made', 'outgoing_webhook.sent_again', 'outgoing_webhook.switched_off', 'pipe_test.started', 'pipe_test.stopped', 'session.ended', 'session.login_link_made', 'session.organisation_chosen', 'session.started', 'token.created', 'token.revoked', 'webhook.url_made', 'webhook.url_revoked', 'webhook.url_rotated', 'webhook.url_shown'));--> statement-breakpoint
ALTER TABLE "detection_counts" ADD CONSTRAINT "detection_counts_box_known" CHECK ("detection_counts"."box" IN ('sample', 'closed', 'owned', 'backlog', 'information', 'triage'));--> statement-breakpoint
ALTER TABLE "detection_events" ADD CONSTRAINT "detection_events_kind_known" CHECK ("detection_events"."kind" IN ('received', 'seen', 'unconfirmed', 'nobody_notified', 'admins_notified', 'everyone_notified', 'admins_notified_again', 'acknowledged', 'taken_over', 'released', 'owner_undone', 'owner_lost', 'status_requested', 'status_undone', 'status_confirmed', 'status_diverged', 'status_failed', 'change_given_up', 'status_changed', 'field_changed'));--> statement-breakpoint
ALTER TABLE "detections" ADD CONSTRAINT "detections_owner" CHECK (("detections"."owner_id" IS NULL) = ("detections"."owned_since" IS NULL));--> statement-breakpoint
ALTER TABLE "detections" ADD CONSTRAINT "detections_judged" CHECK (("detections"."verdict" IS NULL) = ("detections"."judged_at" IS NULL));--> statement-breakpoint
ALTER TABLE "detections" ADD CONSTRAINT "detections_verdict_known" CHECK ("detections"."verdict" IN ('true_positive', 'false_positive', 'benign', 'undetermined'));--> statement-breakpoint
ALTER TABLE "detections" ADD CONSTRAINT "detections_reason_known" CHECK ("detections"."reason" IN ('confirmed', 'remediated', 'expected', 'false_positive', 'test', 'undetermined'));--> statement-breakpoint
ALTER TABLE "detections" ADD CONSTRAINT "detections_judged_how_known" CHECK ("detections"."judged_how" IN ('sheet', 'precedent', 'bulk', 'rule', 'api', 'vendor'));--> statement-breakpoint
ALTER TABLE "detections" ADD CONSTRAINT "detections_box_known" CHECK ("detections"."box" IN ('sample', 'closed', 'owned', 'backlog', 'information', 'triage'));--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_from_status_known" CHECK ("changes"."from_status" IN ('active', 'in_progress', 'dismissed', 'resolved', 'unknown'));--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_to_status_known" CHECK ("changes"."to_status" IN ('active', 'in_progress', 'dismissed', 'resolved'));--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_reason_known" CHECK ("changes"."reason" IN ('confirmed', 'remediated', 'expected', 'false_positive', 'test', 'undetermined'));--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_state_known" CHECK ("changes"."state" IN ('held', 'sending', 'confirmed', 'diverged', 'failed', 'cancelled'));
