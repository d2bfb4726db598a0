"use server";

import { act } from "#lib/http/action.ts";
import { replayDelivery } from "#lib/ingest/deliveries/replay.ts";

export async function replay(id: string) {
  return act((ctx) => replayDelivery(ctx, id));
}
