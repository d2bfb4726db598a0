CREATE TABLE "abandoned_runs" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "abandoned_runs_organisation_id_id_pk" PRIMARY KEY("organisation_id","id")
);
--> statement-breakpoint
ALTER TABLE abandoned_runs ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE abandoned_runs FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY organisation ON abandoned_runs
  USING (organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid))
  WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));
--> statement-breakpoint
CREATE POLICY migrations ON abandoned_runs TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE "poll_targets" ADD COLUMN "not_before" timestamp with time zone;