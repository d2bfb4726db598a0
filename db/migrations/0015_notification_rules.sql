CREATE TABLE "notification_rules" (
	"organisation_id" uuid PRIMARY KEY NOT NULL,
	"ring_minutes" integer NOT NULL,
	"escalate_minutes" integer NOT NULL,
	"is_private" boolean NOT NULL
);
--> statement-breakpoint
ALTER TABLE notification_rules ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE notification_rules FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY organisation ON notification_rules USING (organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY migrations ON notification_rules TO CURRENT_USER USING (true) WITH CHECK (true);
