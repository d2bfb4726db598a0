import { Settings, ShieldAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Answer } from "../ui/use-action.ts";
import { Mark } from "./mark.tsx";
import { NavLink } from "./nav-link.tsx";
import { OrganisationSwitcher } from "./organisation-switcher.tsx";
import { SignOutButton } from "./sign-out-button.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";
import { type TriageCount, TriageCountMark } from "./triage-count.tsx";
import { UpdateNotice } from "./update-notice.tsx";

type ShellProps = {
  organisation: { id: string; name: string };
  organisations: { id: string; name: string }[];
  name: string;
  theme: "light" | "dark" | "system";
  signOut: () => Promise<Answer<void>>;
  chooseOrganisation: (organisationId: string) => Promise<Answer<string>>;
  /** the organisation and the person that the pages are rendered for, as lib/domain/rendered-for.ts names them */
  renderedFor: string | undefined;
  /** how many detections need triage; null if the person sees none */
  triage: TriageCount | null;
  children: ReactNode;
};

/** The frame of signed-in pages: a rail on desktops, a tab bar at the bottom on phones. */
export function Shell(props: ShellProps) {
  return (
    <div
      data-rendered-for={props.renderedFor}
      className="min-h-dvh md:grid md:grid-cols-[13rem_minmax(0,1fr)]"
    >
      <a
        href="#content"
        className="sr-only z-30 focus:not-sr-only focus:absolute focus:m-2 focus:rounded-md focus:bg-raised focus:p-3"
      >
        Skip to content
      </a>
      <header className="flex items-center justify-between gap-3 border-b border-line bg-raised px-4 py-1 md:sticky md:top-0 md:h-dvh md:flex-col md:items-stretch md:justify-start md:border-r md:border-b-0 md:px-3 md:py-4">
        <div className="flex min-w-0 items-center gap-2.5 md:block md:px-2">
          <p className="flex items-center gap-2.5 text-sm font-semibold">
            <Mark />
            {/* on a phone the name gives way to the choice of the organisation */}
            <span className={props.organisations.length > 1 ? "sr-only md:not-sr-only" : ""}>PocketSOC</span>
          </p>
          <OrganisationSwitcher
            current={props.organisation}
            organisations={props.organisations}
            choose={props.chooseOrganisation}
          />
        </div>
        <nav
          aria-label="Main"
          className="fixed inset-x-0 bottom-0 z-20 flex border-t border-line bg-raised pb-[env(safe-area-inset-bottom)] md:static md:mt-4 md:flex-col md:gap-1 md:border-0 md:pb-0"
        >
          <NavLink href="/detections">
            <ShieldAlert aria-hidden="true" size={18} /> Detections
            {props.triage ? <TriageCountMark rendered={props.triage} /> : null}
          </NavLink>
          <NavLink href="/settings">
            <Settings aria-hidden="true" size={18} /> Settings
          </NavLink>
        </nav>
        <div className="flex items-center gap-2 md:mt-auto md:block md:space-y-3 md:px-2">
          <ThemeSwitch theme={props.theme} />
          <div className="md:space-y-2">
            <p className="hidden text-sm break-words text-muted md:block">{props.name}</p>
            <SignOutButton signOut={props.signOut} />
          </div>
        </div>
      </header>
      <main id="content" tabIndex={-1} className="min-w-0 p-4 pb-28 outline-none md:p-6">
        <UpdateNotice />
        {props.children}
      </main>
    </div>
  );
}
