CREATE TABLE "notification_wishes" (
	"organisation_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"is_on" boolean NOT NULL,
	"severities" text[] NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "notification_wishes_organisation_id_user_id_pk" PRIMARY KEY("organisation_id","user_id")
);
--> statement-breakpoint
ALTER TABLE notification_wishes ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE notification_wishes FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY organisation ON notification_wishes USING (organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY migrations ON notification_wishes TO CURRENT_USER USING (true) WITH CHECK (true);--> statement-breakpoint
ALTER TABLE notifications DROP CONSTRAINT notifications_reason,
  ADD CONSTRAINT notifications_reason CHECK (reason IN ('raised','fallback','unacknowledged','admins','test'));--> statement-breakpoint
ALTER TABLE notification_queue DROP CONSTRAINT notification_queue_kind,
  ADD CONSTRAINT notification_queue_kind CHECK (subject IN ('detection','escalation','notification'));
