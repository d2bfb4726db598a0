import Link from "next/link";
import { partsOf, type TextPart } from "#lib/domain/guide-text.ts";

/** A guide's text, with its bold, code and link marks rendered. */
export function RichText({ text }: { text: string }) {
  return partsOf(text).map((part, index) => (
    // oxlint-disable-next-line react/no-array-index-key
    <Part key={index} part={part} />
  ));
}

const linkStyle = "text-accent underline";

function Part({ part }: { part: TextPart }) {
  if (part.kind === "bold") return <strong className="font-medium">{part.text}</strong>;
  if (part.kind === "code")
    return (
      <code className="rounded bg-surface font-mono text-[0.9em] [overflow-wrap:anywhere]">{part.text}</code>
    );
  if (part.kind === "plain") return part.text;
  if (part.href.startsWith("/"))
    return (
      <Link className={linkStyle} href={part.href} prefetch={false}>
        {part.text}
      </Link>
    );
  const outside = part.href.startsWith("https:") ? { target: "_blank", rel: "noreferrer" } : {};
  return (
    <a className={linkStyle} href={part.href} {...outside}>
      {part.text}
    </a>
  );
}
