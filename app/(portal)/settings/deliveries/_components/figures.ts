/** A size as text: "812 B", "1.4 KB", "1.0 MB". */
export function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const kilobytes = bytes / 1_024;
  return kilobytes < 1_000 ? `${kilobytes.toFixed(1)} KB` : `${(kilobytes / 1_024).toFixed(1)} MB`;
}

const grouped = new Intl.NumberFormat("en");
/** A count as text: "1,234". */
export const countText = (count: number) => grouped.format(count);
