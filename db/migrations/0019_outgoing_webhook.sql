CREATE TABLE "outgoing_deliveries" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"type" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"configuration_id" uuid,
	"reason" text,
	"created_at" timestamp with time zone NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"attempted_at" timestamp with time zone,
	"next_try_at" timestamp with time zone,
	"status" integer,
	"problem" text,
	CONSTRAINT "outgoing_deliveries_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "outgoing_deliveries_once" UNIQUE("organisation_id","type","subject_id")
);
--> statement-breakpoint
CREATE TABLE "outgoing_webhooks" (
	"organisation_id" uuid PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"address_sealed" "bytea" NOT NULL,
	"severities" text[] NOT NULL,
	"is_on" boolean NOT NULL,
	"off_because" text,
	"secret_sealed" "bytea" NOT NULL,
	"secret_hint" text NOT NULL,
	"secret_made_at" timestamp with time zone NOT NULL,
	"earlier_secret_sealed" "bytea",
	"earlier_secret_until" timestamp with time zone,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "outgoing_deliveries_recent" ON "outgoing_deliveries" USING btree ("organisation_id","created_at");--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['outgoing_webhooks','outgoing_deliveries'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY organisation ON %I USING (organisation_id = (SELECT nullif(current_setting(''app.organisation_id'', true), '''')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting(''app.organisation_id'', true), '''')::uuid))', t);
    EXECUTE format('CREATE POLICY migrations ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
--> statement-breakpoint
ALTER TABLE outgoing_deliveries
  ADD CONSTRAINT outgoing_deliveries_type CHECK (type IN ('detection.raised','detection.unacknowledged','configuration.action_needed','configuration.recovered','test')),
  ADD CONSTRAINT outgoing_deliveries_state CHECK (state IN ('waiting','delivered','failed'));
--> statement-breakpoint
ALTER TABLE outgoing_webhooks
  ADD CONSTRAINT outgoing_webhooks_severities CHECK (severities <@ ARRAY['high','medium','low','informational']),
  ADD CONSTRAINT outgoing_webhooks_earlier CHECK ((earlier_secret_sealed IS NULL) = (earlier_secret_until IS NULL));
--> statement-breakpoint
ALTER TABLE notification_queue DROP CONSTRAINT notification_queue_kind,
  ADD CONSTRAINT notification_queue_kind CHECK (subject IN ('detection','escalation','notification','fold','notice','outgoing'));
