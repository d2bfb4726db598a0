/** The formats of an exported list: CSV for spreadsheets, and one JSON object a line for programs. */
export const exportFormats = ["csv", "ndjson"] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const exportMediaType: Record<ExportFormat, string> = {
  csv: "text/csv",
  ndjson: "application/x-ndjson",
};
