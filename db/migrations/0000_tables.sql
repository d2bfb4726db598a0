CREATE TABLE "audit_events" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor_id" uuid,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"subject_id" text NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "audit_events_organisation_id_id_pk" PRIMARY KEY("organisation_id","id")
);
--> statement-breakpoint
CREATE TABLE "configurations" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"vendor" text NOT NULL,
	"display_name" text NOT NULL,
	"auth_type" text NOT NULL,
	"credential_id" uuid NOT NULL,
	"cloud" text NOT NULL,
	"subscription_id" text NOT NULL,
	"poll_interval_seconds" integer DEFAULT 60 NOT NULL,
	"disabled_at" timestamp with time zone,
	"facts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"verified_at" timestamp with time zone,
	"last_good_sync_at" timestamp with time zone,
	"last_attempt_at" timestamp with time zone,
	"failures_in_a_row" integer DEFAULT 0 NOT NULL,
	"problem_code" text,
	"problem_message" text,
	"problem_remedy" text,
	"problem_since" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" uuid NOT NULL,
	CONSTRAINT "configurations_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "configurations_scope" UNIQUE("organisation_id","cloud","subscription_id")
);
--> statement-breakpoint
CREATE TABLE "credentials" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"vendor" text NOT NULL,
	"tenant_id" text NOT NULL,
	"application_id" text NOT NULL,
	"secret_sealed" "bytea" NOT NULL,
	"secret_hint" text NOT NULL,
	"secret_expires_on" date,
	"secret_set_at" timestamp with time zone NOT NULL,
	"secret_set_by" uuid NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "credentials_organisation_id_id_pk" PRIMARY KEY("organisation_id","id")
);
--> statement-breakpoint
CREATE TABLE "data_keys" (
	"organisation_id" uuid PRIMARY KEY NOT NULL,
	"wrapped" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "poll_targets" (
	"configuration_id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"leased_until" timestamp with time zone,
	"lease_token" uuid
);
--> statement-breakpoint
CREATE TABLE "skipped_alerts" (
	"organisation_id" uuid NOT NULL,
	"configuration_id" uuid NOT NULL,
	"body_hash" "bytea" NOT NULL,
	"reason" text NOT NULL,
	"body" "bytea" NOT NULL,
	"first_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "skipped_alerts_organisation_id_configuration_id_body_hash_pk" PRIMARY KEY("organisation_id","configuration_id","body_hash")
);
--> statement-breakpoint
CREATE TABLE "detection_counts" (
	"organisation_id" uuid NOT NULL,
	"configuration_id" uuid NOT NULL,
	"severity" text NOT NULL,
	"status" text NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "detection_counts_organisation_id_configuration_id_severity_status_pk" PRIMARY KEY("organisation_id","configuration_id","severity","status")
);
--> statement-breakpoint
CREATE TABLE "detection_events" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"detection_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"kind" text NOT NULL,
	"actor" text NOT NULL,
	"source" text NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"note" text,
	"change_sequence" bigint NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "detection_events_organisation_id_id_pk" PRIMARY KEY("organisation_id","id")
);
--> statement-breakpoint
CREATE TABLE "detection_payloads" (
	"organisation_id" uuid NOT NULL,
	"detection_id" uuid NOT NULL,
	"raw" "bytea" NOT NULL,
	"cleaned" jsonb NOT NULL,
	"normalised" jsonb NOT NULL,
	CONSTRAINT "detection_payloads_organisation_id_detection_id_pk" PRIMARY KEY("organisation_id","detection_id")
);
--> statement-breakpoint
CREATE TABLE "detections" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"identity" "bytea" NOT NULL,
	"configuration_id" uuid NOT NULL,
	"content_hash" "bytea" NOT NULL,
	"title" text NOT NULL,
	"alert_type" text NOT NULL,
	"severity" text NOT NULL,
	"severity_rank" smallint NOT NULL,
	"status" text NOT NULL,
	"resource_name" text NOT NULL,
	"resource_type" text NOT NULL,
	"tactics" text[] NOT NULL,
	"is_sample" boolean NOT NULL,
	"is_incident" boolean NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"read_at" timestamp with time zone NOT NULL,
	"search_text" text NOT NULL,
	"acknowledged_by" text,
	"acknowledged_at" timestamp with time zone,
	"pending_change_id" uuid,
	"pending_status" text,
	"sync_state" text DEFAULT 'idle' NOT NULL,
	"change_sequence" bigint NOT NULL,
	CONSTRAINT "detections_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "detections_identity" UNIQUE("organisation_id","identity")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"change_id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"leased_until" timestamp with time zone,
	"lease_token" uuid,
	"attempts" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "status_changes" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"detection_id" uuid NOT NULL,
	"configuration_id" uuid NOT NULL,
	"from_status" text NOT NULL,
	"to_status" text NOT NULL,
	"note" text,
	"state" text NOT NULL,
	"requested_by" text NOT NULL,
	"requested_by_id" uuid NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"attempted_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"message" text,
	"remedy" text,
	"request_id" text,
	CONSTRAINT "status_changes_organisation_id_id_pk" PRIMARY KEY("organisation_id","id")
);
--> statement-breakpoint
CREATE TABLE "change_sequences" (
	"organisation_id" uuid PRIMARY KEY NOT NULL,
	"last_sequence" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "organisations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"tenant_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "access_requests" (
	"organisation_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "access_requests_organisation_id_user_id_pk" PRIMARY KEY("organisation_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "login_links" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"user_id" uuid,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"organisation_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "memberships_organisation_id_user_id_pk" PRIMARY KEY("organisation_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id_hash" "bytea" PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"organisation_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"user_agent" text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tenant_organisations" (
	"tenant_id" text NOT NULL,
	"organisation_id" uuid NOT NULL,
	"first_admin" text,
	CONSTRAINT "tenant_organisations_tenant_id_organisation_id_pk" PRIMARY KEY("tenant_id","organisation_id")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"object_id" text NOT NULL,
	"sign_in_name" text NOT NULL,
	"display_name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_sign_in_at" timestamp with time zone,
	CONSTRAINT "users_identity" UNIQUE("tenant_id","object_id")
);
--> statement-breakpoint
CREATE INDEX "audit_events_at" ON "audit_events" USING btree ("organisation_id","at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "poll_targets_due" ON "poll_targets" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "detection_events_of" ON "detection_events" USING btree ("organisation_id","detection_id","change_sequence","position");--> statement-breakpoint
CREATE INDEX "detections_feed" ON "detections" USING btree ("organisation_id","occurred_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "detections_by_status" ON "detections" USING btree ("organisation_id","status","occurred_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "detections_by_severity" ON "detections" USING btree ("organisation_id","severity","occurred_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "detections_by_configuration" ON "detections" USING btree ("organisation_id","configuration_id","occurred_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "detections_changes" ON "detections" USING btree ("organisation_id","change_sequence");--> statement-breakpoint
CREATE INDEX "detections_alike" ON "detections" USING btree ("organisation_id","alert_type","resource_name");--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "status_changes_of" ON "status_changes" USING btree ("organisation_id","detection_id","requested_at");--> statement-breakpoint
CREATE INDEX "memberships_user" ON "memberships" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id");