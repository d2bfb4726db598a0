ALTER TABLE "devices" ADD COLUMN "permission" text;--> statement-breakpoint
ALTER TABLE "notifications" ADD COLUMN "acted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE devices
  ADD CONSTRAINT devices_permission CHECK (permission IN ('granted','denied','default'));
