"use server";

import { act } from "#lib/auth/action.ts";
import { replayDelivery } from "#lib/services/deliveries/replay.ts";

export async function replay(id: string) {
  return act((ctx) => replayDelivery(ctx, id));
}
