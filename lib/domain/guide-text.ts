/** Puts values in the place of `{names}`; a name without one stays as it stands. */
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

const marks = /\*\*(.+?)\*\*|`(.+?)`|\[(.+?)\]\(((?:#|\/|https:\/\/)[^)\s]*)\)/g;

/** The parts of a text that is marked up with `**bold**`, code between backticks, and `[label](address)`. */
export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const found of text.matchAll(marks)) {
    const [whole, bold, code, label, href] = found;
    if (found.index > at) parts.push({ kind: "plain", text: text.slice(at, found.index) });
    if (bold !== undefined) parts.push({ kind: "bold", text: bold });
    else if (code !== undefined) parts.push({ kind: "code", text: code });
    else if (label !== undefined && href !== undefined) parts.push({ kind: "link", text: label, href });
    at = found.index + whole.length;
  }
  if (at < text.length) parts.push({ kind: "plain", text: text.slice(at) });
  return parts;
}
