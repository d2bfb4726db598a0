import type { GuideSection } from "#lib/sources/guides/get.ts";

/** A guide's table of contents: beside the text on wide screens, collapsed above the text on phones. */
export function TableOfContents({ sections }: { sections: GuideSection[] }) {
  return (
    <div className="print:hidden">
      <details className="mt-4 rounded-md border border-line bg-raised p-3 text-sm lg:hidden">
        <summary className="-m-3 cursor-pointer p-3 font-medium">On this page</summary>
        <nav aria-label="On this page">
          <List sections={sections} />
        </nav>
      </details>
      <nav
        aria-label="On this page"
        className="sticky top-4 mt-6 hidden max-h-[calc(100dvh-2rem)] overflow-y-auto text-sm lg:block"
      >
        <p className="font-medium">On this page</p>
        <List sections={sections} />
      </nav>
    </div>
  );
}

function List({ sections }: { sections: GuideSection[] }) {
  return (
    <ul className="mt-1">
      {sections.map((section) => (
        <li key={section.id}>
          <a
            className="flex min-h-11 items-center text-muted hover:text-ink lg:min-h-0 lg:py-1"
            href={`#${section.id}`}
          >
            {section.title}
          </a>
          {section.parts ? (
            <div className="pl-3">
              <List sections={section.parts.map(({ parts: _deeper, ...part }) => part)} />
            </div>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
