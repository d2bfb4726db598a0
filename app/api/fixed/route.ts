import { plainRoute } from "#lib/http/plain.ts";

export const dynamic = "force-dynamic";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = plainRoute(
  405,
  "This can only be read, by GET or HEAD.",
  { allow: "GET, HEAD" },
);
