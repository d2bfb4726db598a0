import { afterAll, beforeAll, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { deleteConfiguration } from "#lib/sources/configurations/delete.ts";
import { formValues, startTestStack, type TestStack } from "#test/stack.ts";
import { pollNow, save, signal } from "#test/steps.ts";
import { cleanUpOld } from "./clean-up.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

it.each(["sessions", "skipped_alerts"])(
  "the clean-up goes on with the other storeys when the one that deletes from %s fails, and says so",
  async (table) => {
    const admin = await stack.asMember("admin");
    const { organisationId } = admin.actor;
    const id = await save(admin, formValues);
    await pollNow(stack.services);
    await deleteConfiguration(admin, id, "DELETE");
    const now = stack.services.now();
    stack.services.now = () => new Date(now.getTime() + 2 * 3_600_000);
    await stack.asOwner(`
      create function break_clean_up() returns trigger language plpgsql as $$ begin raise 'broken'; end $$;
      create trigger broken before delete on ${table} for each statement execute function break_clean_up()`);
    try {
      await expect(cleanUpOld(stack.services, signal)).rejects.toThrow("parts of the clean-up failed");
    } finally {
      await stack.asOwner("drop function break_clean_up cascade");
      stack.services.now = () => new Date();
    }
    // deleted by the storey `triage`, which comes after both
    const left = await inOrganisation(stack.services.db, organisationId, (tx) =>
      tx.execute("select 1 from detections"),
    );
    expect(left).toHaveLength(0);
  },
);
