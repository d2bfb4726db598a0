import { apiRoute, FileStream } from "#lib/http/api.ts";
import { exportMediaType } from "#lib/domain/export-format.ts";
import { textStream } from "#lib/http/text-stream.ts";
import { exportDetections } from "#lib/triage/export.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  exportDetections: async (ctx, { query: { format, ...filters } }) => {
    const parts = exportDetections(ctx, { ...filters, id: [] }, format);
    return new FileStream(await textStream(parts), exportMediaType[format], `detections.${format}`);
  },
});
