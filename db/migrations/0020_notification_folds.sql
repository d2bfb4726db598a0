CREATE TABLE "notification_folds" (
	"organisation_id" uuid NOT NULL,
	"detection_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"into_detection_id" uuid NOT NULL,
	"into_reason" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "notification_folds_organisation_id_detection_id_reason_pk" PRIMARY KEY("organisation_id","detection_id","reason")
);
--> statement-breakpoint
CREATE INDEX "notification_folds_into" ON "notification_folds" USING btree ("organisation_id","into_detection_id","into_reason");--> statement-breakpoint
ALTER TABLE notification_folds ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE notification_folds FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY organisation ON notification_folds USING (organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY migrations ON notification_folds TO CURRENT_USER USING (true) WITH CHECK (true);
