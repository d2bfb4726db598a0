CREATE TABLE "detection_tombstones" (
	"organisation_id" uuid NOT NULL,
	"detection_id" uuid NOT NULL,
	"deleted_at" timestamp with time zone NOT NULL,
	"change_sequence" bigint NOT NULL,
	CONSTRAINT "detection_tombstones_organisation_id_detection_id_pk" PRIMARY KEY("organisation_id","detection_id")
);
--> statement-breakpoint
CREATE INDEX "detection_tombstones_changes" ON "detection_tombstones" USING btree ("organisation_id","change_sequence");
--> statement-breakpoint
ALTER TABLE detection_tombstones ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE detection_tombstones FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY organisation ON detection_tombstones
  USING (organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid))
  WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));
--> statement-breakpoint
CREATE POLICY migrations ON detection_tombstones TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE "configurations" ADD COLUMN "deleted_at" timestamp with time zone;
--> statement-breakpoint
-- The last note on alerts of one type and resource is found by itself, however many such alerts there are.
ALTER TABLE "status_changes" ADD COLUMN "alert_type" text;
--> statement-breakpoint
ALTER TABLE "status_changes" ADD COLUMN "resource_name" text;
--> statement-breakpoint
UPDATE status_changes c SET alert_type = d.alert_type, resource_name = d.resource_name
FROM detections d WHERE d.organisation_id = c.organisation_id AND d.id = c.detection_id;
--> statement-breakpoint
UPDATE status_changes SET alert_type = '', resource_name = '' WHERE alert_type IS NULL;
--> statement-breakpoint
ALTER TABLE "status_changes" ALTER COLUMN "alert_type" SET NOT NULL, ALTER COLUMN "resource_name" SET NOT NULL;
--> statement-breakpoint
CREATE INDEX "status_changes_notes" ON "status_changes" USING btree ("organisation_id","alert_type","resource_name","requested_at") WHERE note is not null;
--> statement-breakpoint
DROP INDEX "detections_alike";
