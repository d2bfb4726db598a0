import { RichText } from "#components/ui/rich-text.tsx";
import { fillIn } from "#lib/domain/guide-text.ts";
import type { GuideBlock, GuideSection } from "#lib/sources/guides/get.ts";
import { Copyable } from "#components/ui/copyable.tsx";
import { type Deployable, DeployButtons } from "./deploy-buttons.tsx";

type Shared = {
  /** the values in the guide's commands: the reader's own values, or placeholders */
  values: Record<string, string>;
  /** null if the vendor doesn't post to our webhook */
  deploy: Deployable | null;
};

/** The sections of a guide. Parts of a section have headings one level below the section's heading. */
export function GuideSections({
  sections,
  level,
  ...shared
}: Shared & { sections: GuideSection[]; level: 2 | 3 | 4 }) {
  const Heading = `h${level}` as const;
  const size = { 2: "mt-10 text-lg", 3: "mt-7 text-base", 4: "mt-5 text-sm" }[level];
  return sections.map((section) => (
    <section key={section.id} id={section.id} aria-labelledby={`${section.id}-title`}>
      <div className={`mb-2 flex items-baseline gap-2 break-after-avoid ${size}`}>
        <Heading id={`${section.id}-title`} className="font-semibold">
          {section.title}
        </Heading>
        <a
          href={`#${section.id}`}
          aria-label={`Link to ${section.title}`}
          className="text-muted no-underline hover:text-ink print:hidden"
        >
          #
        </a>
      </div>
      {section.blocks.map((block, index) => (
        // oxlint-disable-next-line react/no-array-index-key
        <Block key={index} block={block} {...shared} />
      ))}
      {section.parts ? (
        <GuideSections sections={section.parts} level={level === 2 ? 3 : 4} {...shared} />
      ) : null}
    </section>
  ));
}

function Block({ block, values, deploy }: Shared & { block: GuideBlock }) {
  const filled = (text: string) => fillIn(text, values);
  if (block.kind === "text")
    return (
      <p className="my-2">
        <RichText text={filled(block.text)} />
      </p>
    );
  if (block.kind === "steps" || block.kind === "list") {
    const List = block.kind === "steps" ? "ol" : "ul";
    return (
      <List className={`my-2 space-y-1 pl-6 ${block.kind === "steps" ? "list-decimal" : "list-disc"}`}>
        {block.items.map((item) => (
          <li key={item} className="pl-1">
            <RichText text={filled(item)} />
          </li>
        ))}
      </List>
    );
  }
  if (block.kind === "table")
    return <Table head={block.head} rows={block.rows.map((row) => row.map(filled))} />;
  if (block.kind === "note")
    return (
      <div
        className={`my-3 rounded-md border border-l-4 bg-raised p-3 ${block.tone === "warning" ? "border-medium" : "border-accent"}`}
      >
        <RichText text={filled(block.text)} />
      </div>
    );
  if (block.kind === "link") {
    const href = filled(block.href);
    const place = href.startsWith("/") ? { download: true } : { target: "_blank", rel: "noreferrer" };
    return (
      <p className="my-1 print:hidden">
        <a
          className="inline-flex min-h-11 items-center text-accent underline md:min-h-6"
          href={href}
          {...place}
        >
          {block.label}
        </a>
      </p>
    );
  }
  if (block.kind === "deploy") return deploy && <DeployButtons {...deploy} />;
  if (block.needsReach && !deploy?.reach.reachable) return null;
  return <Copyable label={block.label} value={filled(block.value)} />;
}

function Table({ head, rows }: { head: string[]; rows: string[][] }) {
  return (
    <table className="my-3 w-full border-collapse text-left align-top">
      <thead>
        <tr>
          {head.map((cell) => (
            <th key={cell} scope="col" className="border-b border-line py-2 pr-3 font-medium text-muted">
              {cell}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([first = "", ...rest]) => (
          <tr key={first} className="break-inside-avoid border-b border-line">
            <th scope="row" className="py-2 pr-3 align-top font-medium">
              <RichText text={first} />
            </th>
            {rest.map((cell) => (
              <td key={cell} className="py-2 pr-3 align-top [overflow-wrap:anywhere]">
                <RichText text={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
