/** Replaces each `{name}` in a text by the value of that name. A `{name}` without a value stays as it is. */
export function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? values[name]?.trim() || whole : whole,
  );
}

export type TextPart =
  | { kind: "plain"; text: string }
  | { kind: "bold"; text: string }
  | { kind: "code"; text: string }
  | { kind: "link"; text: string; href: string };

const marks =
  /\*\*([^*\n]{1,500})\*\*|`([^`\n]{1,500})`|\[([^[\]\n]{1,500})\]\(((?:#|\/|https:\/\/)[^)\s]{0,2000})\)/g;

/** Splits a text with the marks `**bold**`, code between backticks and `[label](address)` into its parts. */
export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(marks)) {
    const [whole, bold, code, label, href] = match;
    if (match.index > end) parts.push({ kind: "plain", text: text.slice(end, match.index) });
    if (bold !== undefined) parts.push({ kind: "bold", text: bold });
    else if (code !== undefined) parts.push({ kind: "code", text: code });
    else if (label !== undefined && href !== undefined) parts.push({ kind: "link", text: label, href });
    end = match.index + whole.length;
  }
  if (end < text.length) parts.push({ kind: "plain", text: text.slice(end) });
  return parts;
}
