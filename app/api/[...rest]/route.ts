import { plainRoute } from "#lib/http/plain.ts";

export const dynamic = "force-dynamic";

/** Answers every address below /api that no other route serves, so that Next renders no page there. */
export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = plainRoute(
  404,
  "There is nothing at this address.",
);
