CREATE TABLE "devices" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"name" text NOT NULL,
	"platform" text NOT NULL,
	"endpoint_hash" "bytea" NOT NULL,
	"subscription_sealed" "bytea" NOT NULL,
	"vapid_key_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	"proved_at" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"last_failure" text,
	"gone_at" timestamp with time zone,
	"deactivated_at" timestamp with time zone,
	"deactivated_by" text,
	CONSTRAINT "devices_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "devices_endpoint" UNIQUE("organisation_id","endpoint_hash")
);
--> statement-breakpoint
CREATE TABLE "notification_queue" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"leased_until" timestamp with time zone,
	"lease_token" uuid,
	"attempts" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "notification_queue_subject" UNIQUE("subject","subject_id")
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"detection_id" uuid,
	"user_id" uuid NOT NULL,
	"device_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"state" text NOT NULL,
	"problem" text,
	"queued_at" timestamp with time zone NOT NULL,
	"accepted_at" timestamp with time zone,
	"shown_at" timestamp with time zone,
	"opened_at" timestamp with time zone,
	CONSTRAINT "notifications_organisation_id_id_pk" PRIMARY KEY("organisation_id","id")
);
--> statement-breakpoint
CREATE TABLE "vapid_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"public_key" text NOT NULL,
	"private_sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "devices_of" ON "devices" USING btree ("organisation_id","user_id");--> statement-breakpoint
CREATE INDEX "notification_queue_due" ON "notification_queue" USING btree ("due_at");--> statement-breakpoint
CREATE UNIQUE INDEX "notifications_once" ON "notifications" USING btree ("organisation_id","detection_id","user_id","device_id","reason") WHERE detection_id is not null;--> statement-breakpoint
CREATE INDEX "notifications_of_device" ON "notifications" USING btree ("organisation_id","device_id","queued_at");--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['devices','notifications'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY organisation ON %I USING (organisation_id = (SELECT nullif(current_setting(''app.organisation_id'', true), '''')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting(''app.organisation_id'', true), '''')::uuid))', t);
    EXECUTE format('CREATE POLICY migrations ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
--> statement-breakpoint
ALTER TABLE devices
  ADD CONSTRAINT devices_platform CHECK (platform IN ('ios','android','windows','macos','linux','other'));
--> statement-breakpoint
ALTER TABLE notifications
  ADD CONSTRAINT notifications_reason CHECK (reason IN ('raised','test')),
  ADD CONSTRAINT notifications_state CHECK (state IN ('queued','accepted','failed'));
--> statement-breakpoint
ALTER TABLE notification_queue
  ADD CONSTRAINT notification_queue_kind CHECK (subject IN ('detection','notification'));
