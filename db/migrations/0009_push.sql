CREATE TABLE "deliveries" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"webhook" text NOT NULL,
	"token_id" uuid NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"merged_at" timestamp with time zone NOT NULL,
	"size_bytes" integer NOT NULL,
	"headers" jsonb NOT NULL,
	"body" "bytea" NOT NULL,
	"schema" text NOT NULL,
	"outcome" text NOT NULL,
	"reason" text,
	"mended" boolean DEFAULT false NOT NULL,
	"subscription_id" text,
	"configuration_id" uuid,
	"detection_ids" uuid[] NOT NULL,
	"replayed_by" text,
	CONSTRAINT "deliveries_organisation_id_id_pk" PRIMARY KEY("organisation_id","id")
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"arrival" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "inbox_arrival_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"id" uuid NOT NULL,
	"organisation_id" uuid NOT NULL,
	"webhook" text NOT NULL,
	"token_id" uuid NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"size_bytes" integer NOT NULL,
	"headers" jsonb NOT NULL,
	"body" "bytea" NOT NULL,
	"refused" text,
	"replayed_by" text,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "inbox_id" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "pipe_tests" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"configuration_id" uuid NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"started_by" text NOT NULL,
	"accepted_at" timestamp with time zone,
	"problem_code" text,
	"problem_message" text,
	"problem_remedy" text,
	"cleared_at" timestamp with time zone,
	CONSTRAINT "pipe_tests_organisation_id_id_pk" PRIMARY KEY("organisation_id","id")
);
--> statement-breakpoint
CREATE TABLE "push_health" (
	"organisation_id" uuid NOT NULL,
	"configuration_id" uuid NOT NULL,
	"first_heard_at" timestamp with time zone,
	"last_push_at" timestamp with time zone,
	"last_heartbeat_at" timestamp with time zone,
	"missed_count" integer DEFAULT 0 NOT NULL,
	"missed_since" timestamp with time zone,
	CONSTRAINT "push_health_organisation_id_configuration_id_pk" PRIMARY KEY("organisation_id","configuration_id")
);
--> statement-breakpoint
CREATE TABLE "webhook_refusals" (
	"hour" timestamp with time zone NOT NULL,
	"token_id" uuid NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "webhook_refusals_hour_token_id_pk" PRIMARY KEY("hour","token_id")
);
--> statement-breakpoint
CREATE TABLE "webhook_tokens" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"webhook" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"hash_key_id" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" text NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	"last_heartbeat_at" timestamp with time zone,
	CONSTRAINT "webhook_tokens_hash" UNIQUE("token_hash")
);
--> statement-breakpoint
ALTER TABLE "detection_payloads" ALTER COLUMN "raw" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "detections" ALTER COLUMN "content_hash" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "detection_payloads" ADD COLUMN "pulled" jsonb;--> statement-breakpoint
ALTER TABLE "detection_payloads" ADD COLUMN "push_raw" "bytea";--> statement-breakpoint
ALTER TABLE "detection_payloads" ADD COLUMN "pushed" jsonb;--> statement-breakpoint
ALTER TABLE "detections" ADD COLUMN "read_ticket" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "detections" ADD COLUMN "pulled_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "detections" ADD COLUMN "pushed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "detections" ADD COLUMN "push_order" text;--> statement-breakpoint
ALTER TABLE "detections" ADD COLUMN "push_ticket" bigint;--> statement-breakpoint
ALTER TABLE "detections" ADD COLUMN "missed_reads" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "deliveries_newest" ON "deliveries" USING btree ("organisation_id","received_at","id");--> statement-breakpoint
CREATE INDEX "deliveries_unclaimed" ON "deliveries" USING btree ("organisation_id","subscription_id") WHERE outcome = 'unclaimed';--> statement-breakpoint
CREATE INDEX "inbox_due" ON "inbox" USING btree ("organisation_id","arrival");--> statement-breakpoint
CREATE INDEX "pipe_tests_of" ON "pipe_tests" USING btree ("organisation_id","configuration_id","started_at");--> statement-breakpoint
CREATE INDEX "webhook_tokens_of" ON "webhook_tokens" USING btree ("organisation_id");--> statement-breakpoint
CREATE INDEX "detections_unconfirmed" ON "detections" USING btree ("organisation_id","configuration_id") WHERE pulled_at is null;--> statement-breakpoint
CREATE INDEX "detections_received" ON "detections" USING btree ("organisation_id","configuration_id","received_at");
--> statement-breakpoint
-- What stands was read from its vendor.
UPDATE detections SET pulled_at = received_at;
--> statement-breakpoint
-- Order between reads of a vendor, and between a read and a delivery: taken as they begin, whatever clocks say.
CREATE SEQUENCE read_tickets;
--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['deliveries','push_health','pipe_tests'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY organisation ON %I USING (organisation_id = (SELECT nullif(current_setting(''app.organisation_id'', true), '''')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting(''app.organisation_id'', true), '''')::uuid))', t);
    EXECUTE format('CREATE POLICY migrations ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
--> statement-breakpoint
ALTER TABLE deliveries
  ADD CONSTRAINT deliveries_outcome CHECK (outcome IN ('accepted','duplicate','heartbeat','unrecognised','unclaimed','rejected')),
  ADD CONSTRAINT deliveries_schema CHECK (schema IN ('push','resource','heartbeat','unknown'));
--> statement-breakpoint
-- How far each organisation's change sequence is, for the processes that hold streams of many: numbers only.
CREATE FUNCTION last_changes(organisations uuid[]) RETURNS TABLE (organisation_id uuid, last_sequence bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT c.organisation_id, c.last_sequence FROM change_sequences c WHERE c.organisation_id = ANY (organisations)
$$;
