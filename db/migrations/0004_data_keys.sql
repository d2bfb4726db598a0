-- Several data keys an organisation: one whose key of the keyring is lost no longer keeps new secrets out.
-- A key that stands is named by its organisation's id, as the values it sealed name it.
ALTER TABLE "data_keys" ADD COLUMN "id" uuid;
--> statement-breakpoint
UPDATE "data_keys" SET "id" = "organisation_id";
--> statement-breakpoint
ALTER TABLE "data_keys" ALTER COLUMN "id" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "data_keys" DROP CONSTRAINT "data_keys_pkey";
--> statement-breakpoint
ALTER TABLE "data_keys" ADD CONSTRAINT "data_keys_organisation_id_id_pk" PRIMARY KEY("organisation_id","id");
