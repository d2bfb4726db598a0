import postgres from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestStack, type TestStack } from "#test/stack.ts";
import { postToWebhook, webhookToken } from "#test/webhook-bodies.ts";

let stack: TestStack;
let token: string;
let owner: postgres.Sql;
beforeAll(async () => {
  stack = await startTestStack();
  token = await webhookToken(await stack.asMember("admin"));
  owner = postgres(stack.database.superUrl, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await owner.end();
  await stack.stop();
});

const stored = async () =>
  (await owner<{ count: number }[]>`select count(*)::int as count from inbox`)[0]?.count;

it("a delivery without the database's answer in time isn't called lost, because it may be stored", async () => {
  const answer = await owner.begin(async (tx) => {
    await tx`lock table inbox`;
    return postToWebhook(stack.services, token, { a: 1 });
  });
  expect(answer).toMatchObject({ status: 503, sentence: expect.stringMatching(/^It isn't known whether/) });
  await expect.poll(stored).toBe(1);
});

it("a delivery that the database refuses is known not to be stored", async () => {
  await stack.asOwner(`
    create function refuse() returns trigger language plpgsql as $$ begin raise 'full' using errcode = '53100'; end $$;
    create trigger refuse before insert on inbox for each row execute function refuse()`);
  const answer = await postToWebhook(stack.services, token, { a: 2 });
  await stack.asOwner("drop function refuse cascade");
  expect(answer).toMatchObject({ status: 503, sentence: expect.stringMatching(/^Nothing was stored/) });
  expect(await stored()).toBe(1);
});
