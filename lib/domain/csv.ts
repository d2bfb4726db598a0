/**
 * Quotes a cell of the CSV. Puts an apostrophe before a leading = + - @, also in full width, and before a tab or line break,
 * so that no spreadsheet runs the cell as a formula (OWASP, CSV injection).
 */
export function csvCell(value: string): string {
  const safe = /^[=+\-@＝＋－＠\t\r\n]/.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}
