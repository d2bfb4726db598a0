import { plainRoute } from "#lib/http/plain.ts";

export const dynamic = "force-dynamic";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = plainRoute(
  400,
  "This address can't be read. It must be a path of this portal, with every % followed by two hexadecimal digits, and have at most 100 parameters.",
);
