CREATE TABLE "notices" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"configuration_id" uuid,
	"user_id" uuid,
	"detail" jsonb NOT NULL,
	"rounds" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "notices_organisation_id_id_pk" PRIMARY KEY("organisation_id","id")
);
--> statement-breakpoint
DROP INDEX "notifications_recent";--> statement-breakpoint
DROP INDEX "notifications_once";--> statement-breakpoint
ALTER TABLE "notifications" ALTER COLUMN "device_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "pipe_tests" ADD COLUMN "started_by_id" uuid;--> statement-breakpoint
ALTER TABLE "notification_wishes" ADD COLUMN "configuration_ids" uuid[];--> statement-breakpoint
ALTER TABLE "notification_wishes" ADD COLUMN "time_zone" text;--> statement-breakpoint
ALTER TABLE "notification_wishes" ADD COLUMN "windows" jsonb;--> statement-breakpoint
ALTER TABLE "notification_wishes" ADD COLUMN "through" text[] NOT NULL DEFAULT '{high}';--> statement-breakpoint
ALTER TABLE "notification_wishes" ALTER COLUMN "through" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "notifications" ADD COLUMN "notice_id" uuid;--> statement-breakpoint
ALTER TABLE "notifications" ADD COLUMN "round" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "notifications" ADD COLUMN "channel" text DEFAULT 'push' NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "notices_open" ON "notices" USING btree ("organisation_id","kind","configuration_id","user_id") NULLS NOT DISTINCT WHERE ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "notifications_notice_once" ON "notifications" USING btree ("organisation_id","notice_id","round","user_id","device_id","channel") NULLS NOT DISTINCT WHERE detection_id is null and notice_id is not null;--> statement-breakpoint
CREATE INDEX "notifications_rang" ON "notifications" USING btree ("organisation_id","queued_at","user_id") WHERE state in ('queued', 'accepted') and detection_id is not null;--> statement-breakpoint
CREATE INDEX "notifications_held" ON "notifications" USING btree ("organisation_id","notice_id") WHERE state = 'held';--> statement-breakpoint
CREATE UNIQUE INDEX "notifications_once" ON "notifications" USING btree ("organisation_id","detection_id","user_id","device_id","channel","reason") NULLS NOT DISTINCT WHERE detection_id is not null;--> statement-breakpoint
ALTER TABLE notices ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE notices FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY organisation ON notices USING (organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY migrations ON notices TO CURRENT_USER USING (true) WITH CHECK (true);--> statement-breakpoint
ALTER TABLE notices ADD CONSTRAINT notices_kind
  CHECK (kind IN ('history','digest','capped','health','secret','recovered','uncovered'));--> statement-breakpoint
ALTER TABLE notifications DROP CONSTRAINT notifications_reason,
  ADD CONSTRAINT notifications_reason CHECK (reason IN ('raised','sample','fallback','unacknowledged','admins','test',
    'history','digest','capped','health','secret','recovered','uncovered')),
  DROP CONSTRAINT notifications_state,
  ADD CONSTRAINT notifications_state CHECK (state IN ('queued','accepted','failed','folded','held','skipped')),
  ADD CONSTRAINT notifications_channel CHECK (channel IN ('push','email'));--> statement-breakpoint
ALTER TABLE notification_queue DROP CONSTRAINT notification_queue_kind,
  ADD CONSTRAINT notification_queue_kind CHECK (subject IN ('detection','escalation','notification','fold','notice'));
