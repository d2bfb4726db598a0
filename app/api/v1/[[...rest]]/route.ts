import { missingRoute } from "#lib/auth/api.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = missingRoute();
