CREATE TABLE "prepared_certificates" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"certificate" text NOT NULL,
	"key_sealed" "bytea" NOT NULL,
	"thumbprint" text NOT NULL,
	"expires_on" date NOT NULL,
	"credential_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" uuid NOT NULL,
	CONSTRAINT "prepared_certificates_organisation_id_id_pk" PRIMARY KEY("organisation_id","id")
);
--> statement-breakpoint
CREATE TABLE "connections" (
	"organisation_id" uuid NOT NULL,
	"configuration_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"account" text NOT NULL,
	"account_object_id" text NOT NULL,
	"fingerprint" text NOT NULL,
	"cache_sealed" "bytea" NOT NULL,
	"access" text NOT NULL,
	"confirmed_at" timestamp with time zone NOT NULL,
	"unconfirmed_since" timestamp with time zone,
	"sign_in_needed" boolean DEFAULT false NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone NOT NULL,
	"problem_code" text,
	"problem_message" text,
	"problem_remedy" text,
	"claims" text,
	"facts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"connected_at" timestamp with time zone NOT NULL,
	CONSTRAINT "connections_organisation_id_configuration_id_user_id_pk" PRIMARY KEY("organisation_id","configuration_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "sign_ins" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"state_hash" "bytea" NOT NULL,
	"session_hash" "bytea" NOT NULL,
	"user_id" uuid NOT NULL,
	"configuration_id" uuid,
	"draft" jsonb,
	"vendor" text NOT NULL,
	"cloud" text NOT NULL,
	"tenant_id" text NOT NULL,
	"application_id" text NOT NULL,
	"redirect_uri" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"state" text NOT NULL,
	"account" text,
	"account_object_id" text,
	"problem_code" text,
	"problem_message" text,
	"problem_remedy" text,
	"vendor_code" text,
	"return_to" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sign_ins_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "sign_ins_state" UNIQUE("organisation_id","state_hash")
);
--> statement-breakpoint
CREATE TABLE "api_tokens" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"id" uuid NOT NULL,
	"organisation_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"name" text NOT NULL,
	"hint" text NOT NULL,
	"scopes" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "api_tokens_id_unique" UNIQUE("id")
);
--> statement-breakpoint
ALTER TABLE "credentials" ALTER COLUMN "secret_sealed" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "configurations" ADD COLUMN "write_as" text DEFAULT 'application' NOT NULL;--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "kind" text DEFAULT 'secret' NOT NULL;--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "certificate" text;--> statement-breakpoint
CREATE INDEX "api_tokens_of" ON "api_tokens" USING btree ("organisation_id","user_id");
--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['prepared_certificates','connections','sign_ins'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY organisation ON %I USING (organisation_id = (SELECT nullif(current_setting(''app.organisation_id'', true), '''')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting(''app.organisation_id'', true), '''')::uuid))', t);
    EXECUTE format('CREATE POLICY migrations ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
--> statement-breakpoint
ALTER TABLE credentials
  ADD CONSTRAINT credentials_kind CHECK (kind IN ('secret','certificate','public')),
  ADD CONSTRAINT credentials_proof CHECK ((secret_sealed IS NOT NULL) = (kind <> 'public') AND (certificate IS NOT NULL) = (kind = 'certificate'));
--> statement-breakpoint
ALTER TABLE configurations
  ADD CONSTRAINT configurations_auth_type CHECK (auth_type IN ('oauth','delegated')),
  ADD CONSTRAINT configurations_write_as CHECK (write_as IN ('application','person') AND (auth_type <> 'delegated' OR write_as = 'person'));
--> statement-breakpoint
ALTER TABLE connections ADD CONSTRAINT connections_access CHECK (access IN ('granted','refused'));
--> statement-breakpoint
ALTER TABLE sign_ins ADD CONSTRAINT sign_ins_state_known CHECK (state IN ('begun','answered','signed_in','failed','done'));

--> statement-breakpoint
-- An operator's own endpoints have one name from here on; of one subscription under several, the newest is meant.
UPDATE configurations c SET cloud = 'custom' WHERE cloud NOT IN ('AzureCloud', 'AzureUSGovernment') AND NOT EXISTS (
  SELECT FROM configurations o WHERE o.organisation_id = c.organisation_id AND o.subscription_id = c.subscription_id
    AND o.cloud NOT IN ('AzureCloud', 'AzureUSGovernment') AND (o.created_at, o.id) > (c.created_at, c.id));
