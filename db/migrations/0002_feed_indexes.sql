DROP INDEX "audit_events_at";--> statement-breakpoint
DROP INDEX "detections_feed";--> statement-breakpoint
DROP INDEX "detections_by_status";--> statement-breakpoint
DROP INDEX "detections_by_severity";--> statement-breakpoint
DROP INDEX "detections_by_configuration";--> statement-breakpoint
CREATE INDEX "audit_events_at" ON "audit_events" USING btree ("organisation_id","at","id");--> statement-breakpoint
CREATE INDEX "detections_feed" ON "detections" USING btree ("organisation_id","occurred_at","id");--> statement-breakpoint
CREATE INDEX "detections_by_status" ON "detections" USING btree ("organisation_id","status","occurred_at","id");--> statement-breakpoint
CREATE INDEX "detections_by_severity" ON "detections" USING btree ("organisation_id","severity","occurred_at","id");--> statement-breakpoint
CREATE INDEX "detections_by_configuration" ON "detections" USING btree ("organisation_id","configuration_id","occurred_at","id");