DROP INDEX "detections_received";--> statement-breakpoint
CREATE INDEX "detections_not_pushed" ON "detections" USING btree ("organisation_id","configuration_id","received_at") WHERE pushed_at is null;--> statement-breakpoint
ALTER TABLE "detection_payloads" DROP COLUMN "cleaned";--> statement-breakpoint
-- What is gzipped or sealed doesn't get smaller; each alert would be tried four times.
ALTER TABLE inbox ALTER COLUMN body SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE deliveries ALTER COLUMN body SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE detection_payloads ALTER COLUMN raw SET STORAGE EXTERNAL, ALTER COLUMN push_raw SET STORAGE EXTERNAL;
