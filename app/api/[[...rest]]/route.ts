import { plainRoute } from "#lib/http/plain.ts";

export const dynamic = "force-dynamic";

/**
 * Answers /api, and every address below it that no other route serves. Next would render its page for what isn't there and
 * decode a server action for it, and proxy.ts doesn't see these addresses. `/api/` is one of them.
 */
export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = plainRoute(
  404,
  "There is nothing at this address.",
);
