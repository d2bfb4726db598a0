import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { buttonStyle } from "#components/ui/button.tsx";
import { RichText } from "#components/ui/rich-text.tsx";
import { getServices } from "#lib/auth/services.ts";
import { currentContext } from "#lib/auth/session.ts";
import { isAllowed, needsSignIn } from "#lib/core/context.ts";
import { getGuide } from "#lib/sources/guides/get.ts";
import { listGuideValues } from "#lib/sources/guides/list-values.ts";
import { deployableOf } from "../_components/deploy-buttons.tsx";
import { GuideSections } from "../_components/guide-blocks.tsx";
import { OwnValues } from "../_components/own-values.tsx";
import { TableOfContents } from "../_components/table-of-contents.tsx";

type Props = {
  params: Promise<{ guide: string }>;
  searchParams: Promise<{ for?: string | string[] }>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const title = getGuide(getServices(), (await params).guide)?.document.title;
  return title ? { title: `${title} setup` } : {};
}

/** The public page of a vendor's guide. For admins, the guide contains the ids of their configurations. */
export default async function GuidePage({ params, searchParams }: Props) {
  const guide = getGuide(getServices(), (await params).guide);
  if (!guide) notFound();
  const { document, clouds } = guide;
  const ctx = await currentContext();
  const mayRead =
    ctx && isAllowed(ctx.actor, "settings.manage") && !needsSignIn(ctx.actor, "settings.manage");
  const own = mayRead ? await listGuideValues(ctx, guide.id) : [];
  const wanted = (await searchParams).for;
  const chosen = own.find((configuration) => configuration.id === wanted) ?? own[0];
  const cloud = clouds.find((configuration) => configuration.id === chosen?.cloud) ?? clouds[0];
  const values: Record<string, string> = {
    ...guide.values,
    consoleUrl: cloud?.consoleUrl ?? "",
    ...cloud?.endpoints,
    ...(chosen && { ...chosen.application, scopeId: chosen.scopeId }),
  };
  const { deploy } = document;
  return (
    <div className="mx-auto max-w-6xl p-4 md:p-6">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:m-2 focus:rounded-md focus:bg-raised focus:p-3"
      >
        Skip to content
      </a>
      <header className="flex items-center justify-between gap-3 border-b border-line pb-3 print:hidden">
        <p className="font-semibold">PocketSOC</p>
        <Link className={buttonStyle()} href={ctx ? "/settings" : "/sign-in"} prefetch={false}>
          {ctx ? "Settings" : "Sign in"}
        </Link>
      </header>
      <div className="gap-10 lg:grid lg:grid-cols-[15rem_minmax(0,1fr)] print:block">
        <TableOfContents sections={document.sections} />
        <main
          id="content"
          tabIndex={-1}
          className="max-w-3xl min-w-0 text-sm leading-relaxed break-words outline-none"
        >
          <h1 className="mt-6 mb-2 text-2xl font-semibold">{`${document.title} setup`}</h1>
          <p className="text-base text-muted">
            <RichText text={document.summary} />
          </p>
          {chosen ? <OwnValues path={`/docs/${guide.id}`} own={own} chosen={chosen} /> : null}
          <GuideSections
            sections={document.sections}
            level={2}
            values={values}
            deploy={deploy ? deployableOf(guide, deploy) : null}
          />
        </main>
      </div>
    </div>
  );
}
