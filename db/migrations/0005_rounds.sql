ALTER TABLE "detection_events" DROP CONSTRAINT "detection_events_kind_known";--> statement-breakpoint
DROP INDEX "notification_groups_into";--> statement-breakpoint
ALTER TABLE "notification_groups" DROP CONSTRAINT "notification_groups_organisation_id_detection_id_reason_pk";--> statement-breakpoint
ALTER TABLE "detections" ADD COLUMN "notify_round" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "notification_groups" ADD COLUMN "round" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "notification_groups" ADD COLUMN "into_round" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "notification_groups" ADD CONSTRAINT "notification_groups_organisation_id_detection_id_reason_round_pk" PRIMARY KEY("organisation_id","detection_id","reason","round");--> statement-breakpoint
CREATE INDEX "detections_owned" ON "detections" USING btree ("organisation_id","acknowledged_by_user_id","configuration_id") WHERE acknowledged_by_user_id is not null and status in ('active', 'in_progress', 'unknown');--> statement-breakpoint
CREATE INDEX "notification_groups_into" ON "notification_groups" USING btree ("organisation_id","into_detection_id","into_reason","into_round");--> statement-breakpoint
ALTER TABLE "detection_events" ADD CONSTRAINT "detection_events_kind_known" CHECK ("detection_events"."kind" IN ('received', 'seen', 'unconfirmed', 'nobody_notified', 'admins_notified', 'everyone_notified', 'admins_notified_again', 'acknowledged', 'owner_lost', 'status_requested', 'status_undone', 'status_confirmed', 'status_diverged', 'status_failed', 'status_changed', 'field_changed'));