DROP INDEX "deliveries_unclaimed";--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "unclaimed_ids" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
CREATE INDEX "deliveries_unclaimed" ON "deliveries" USING btree ("organisation_id","id") WHERE outcome = 'unclaimed';--> statement-breakpoint
UPDATE deliveries SET unclaimed_ids = ARRAY[subscription_id] WHERE outcome = 'unclaimed' AND subscription_id IS NOT NULL;
