import { missingRoute } from "#lib/http/api.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = missingRoute();
