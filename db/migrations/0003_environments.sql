ALTER TABLE "configurations" ADD COLUMN "environment" text DEFAULT 'production' NOT NULL;--> statement-breakpoint
ALTER TABLE "configurations" ADD COLUMN "notify_about" text[] DEFAULT '{"high","medium"}' NOT NULL;--> statement-breakpoint
ALTER TABLE "configurations" ADD CONSTRAINT "configurations_environment_known" CHECK ("configurations"."environment" IN ('production', 'test'));--> statement-breakpoint
ALTER TABLE "configurations" ADD CONSTRAINT "configurations_notify_about_known" CHECK ("configurations"."notify_about" <@ ARRAY['high', 'medium', 'low', 'informational']);