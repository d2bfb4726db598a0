import { openRoute } from "#lib/http/api.ts";
import { sessionCookieName } from "#lib/auth/cookies.ts";
import { apiDocument } from "#lib/schemas/api-document.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = openRoute(() =>
  apiDocument(sessionCookieName()),
);
