import { apiRoute, Verbatim } from "#lib/http/api.ts";
import { listVendorAlerts } from "#lib/sources/configurations/vendor-alerts.ts";

export const dynamic = "force-dynamic";

const timeoutMs = 45_000;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  listVendorAlerts: async (ctx, { params, query }) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const { alerts, cursor } = await listVendorAlerts(ctx, params.id, query.cursor ?? null, signal);
    const more = `${ctx.services.portalUrl}/api/v1/configurations/${params.id}/alerts?cursor=${cursor ?? ""}`;
    return new Verbatim(
      `{"value":[${alerts.join(",")}]${cursor === null ? "" : `,"nextLink":${JSON.stringify(more)}`}}`,
    );
  },
});
