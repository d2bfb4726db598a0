import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { buttonStyle } from "#components/ui/button.tsx";
import { KeepFresh } from "#components/ui/keep-fresh.tsx";
import { ExactMoment, Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { PlaceText } from "#components/ui/place-text.tsx";
import { requirePage } from "#lib/auth/session.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { type ConfigurationDetail, getVendorConfiguration } from "#lib/sources/configurations/get.ts";
import { Arrival } from "./_components/arrival.tsx";
import { ConfigurationActions } from "../../_components/configuration-actions.tsx";
import { Figure, NextSync } from "../../_components/configuration-list.tsx";
import { EditForm } from "../../_components/edit-form.tsx";
import { HealthMark } from "../../_components/health-mark.tsx";
import { ReplaceSecret } from "../../_components/replace-secret.tsx";

export const metadata: Metadata = { title: "Configuration" };

export default async function ConfigurationPage({ params }: { params: Promise<{ id: string }> }) {
  const { ctx } = await requirePage("settings.manage");
  const { id } = await params;
  const one = await getVendorConfiguration(ctx, id).catch((error: unknown) => {
    if (error instanceof ServiceError && error.code === "not_found") notFound();
    throw error;
  });
  return (
    <div className="max-w-3xl space-y-8 text-sm">
      <KeepFresh everyMs={one.health.state === "not_proven" ? 2_000 : 10_000} />
      <header className="space-y-3">
        <p>
          <Link className="text-muted hover:underline" href="/settings">
            Vendor Configurations
          </Link>
        </p>
        <div className="flex flex-wrap items-baseline gap-x-3">
          <h1 className="min-w-0 text-xl font-semibold break-words">{one.displayName}</h1>
          <HealthMark state={one.health.state} />
        </div>
        {one.health.reason ? (
          <Notice
            tone={one.health.state === "action_needed" ? "danger" : "warning"}
            title={one.health.reason}
          >
            <PlaceText>{one.health.remedy}</PlaceText>
          </Notice>
        ) : null}
        <Figures one={one} />
        <div className="flex flex-wrap gap-2">
          <ConfigurationActions
            id={one.id}
            displayName={one.displayName}
            disabled={one.health.state === "disabled"}
          />
        </div>
      </header>
      <Section title="How its alerts come here">
        <Arrival one={one} />
      </Section>
      <Section title={one.credential.kind === "public" ? "Registration" : "Credential"}>
        <Credential credential={one.credential} now={one.now} />
      </Section>
      {one.writeAs === "person" ? (
        <Section title="People's Azure accounts">
          <People one={one} />
        </Section>
      ) : null}
      <Section title="Details">
        <EditForm
          id={one.id}
          values={{
            displayName: one.displayName,
            pollIntervalSeconds: one.pollIntervalSeconds,
            secretExpiresOn: one.credential.secretExpiresOn ?? "",
            ...(one.readAs === "application" ? { writeAs: one.writeAs } : {}),
          }}
          hasSecret={one.credential.kind === "secret"}
        />
      </Section>
      <Section title="Alerts that could not be used">
        {one.readable ? null : (
          <p className="text-muted">
            Your own Azure account isn't let to see them. Connect it, or ask who may.
          </p>
        )}
        {one.readable ? <Skipped skipped={one.skipped} now={one.now} /> : null}
      </Section>
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="rounded-lg border border-line bg-raised p-4">
      <h2 className="mb-3 text-base font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Figures({ one }: { one: ConfigurationDetail }) {
  return (
    <dl className="grid gap-x-8 gap-y-3 md:grid-cols-3">
      <Figure label="Last good sync">
        {one.lastGoodSyncAt ? <Moment iso={one.lastGoodSyncAt} nowIso={one.now} /> : "never"}
      </Figure>
      <Figure label="Last by webhook">
        {one.coverage.lastHeardAt ? <Moment iso={one.coverage.lastHeardAt} nowIso={one.now} /> : "never"}
      </Figure>
      <Figure label="Next sync">
        <NextSync at={one.nextSyncAt} nowIso={one.now} />
      </Figure>
      <Figure label="Alerts in 24 h">{one.alerts24h ?? "hidden from you"}</Figure>
      <Figure label="Subscription">
        {one.scopeName ? `${one.scopeName} ` : ""}
        <span className="font-mono text-xs break-all text-muted">{one.scopeId}</span>
      </Figure>
      <Figure label="Signs in with">
        {one.authLabel}
        <span className="block text-xs text-muted">{one.cloudLabel}</span>
      </Figure>
      <Figure label="Defender plans">
        {one.plans === null ? "not known" : one.plans.length > 0 ? one.plans.join(", ") : "all Free"}
      </Figure>
      <Figure label="Right to change status">
        {one.rights ?? "not known"}
        {one.rightsAsOf ? (
          <span className="block text-xs text-muted">
            as of <ExactMoment iso={one.rightsAsOf} />
          </span>
        ) : null}
      </Figure>
    </dl>
  );
}

function Credential({ credential, now }: { credential: ConfigurationDetail["credential"]; now: string }) {
  return (
    <div className="space-y-4">
      {credential.expiry ? (
        <Notice
          tone={credential.expiry.level === "notice" ? "warning" : "danger"}
          title={`The ${credential.kind === "certificate" ? "certificate" : "Client Secret"} ${credential.expiry.text}`}
        >
          Create another in Azure and replace it here; without a valid one nothing is read.
        </Notice>
      ) : null}
      <dl className="grid gap-x-8 gap-y-3 md:grid-cols-2">
        {credential.application.map(({ label, value }) => (
          <Figure key={label} label={label}>
            <span className="font-mono text-xs break-all">{value}</span>
          </Figure>
        ))}
        {credential.kind === "public" ? null : (
          <Figure label={credential.kind === "certificate" ? "Certificate" : "Client Secret"}>
            {credential.thumbprint ? "thumbprint " : "starts "}
            <span className="font-mono text-xs break-all">
              {credential.thumbprint ?? credential.secretHint}
            </span>
            , set <Moment iso={credential.secretSetAt} nowIso={now} day /> by {credential.secretSetBy}
          </Figure>
        )}
        <Figure label="Used by">{credential.usedBy.join(", ")}</Figure>
        {credential.thumbprint ? (
          <Figure label="To upload in Azure">
            <a className={buttonStyle()} href={`/api/settings/certificates/${credential.id}`} download>
              Download .cer
            </a>
          </Figure>
        ) : null}
      </dl>
      {credential.secretExpiresOn ? (
        <p>
          Expires on {credential.secretExpiresOn}.{" "}
          <a className={`${buttonStyle()} ml-2`} href={`/api/settings/credentials/${credential.id}/expiry`}>
            Add to calendar (.ics)
          </a>
        </p>
      ) : null}
      {credential.kind === "public" ? (
        <p className="text-muted">No secret is kept: people sign in through this application themselves.</p>
      ) : (
        <ReplaceSecret
          credentialId={credential.id}
          kind={credential.kind}
          next={credential.next}
          usedBy={credential.usedBy}
          secretsUrl={credential.secretsUrl}
        />
      )}
    </div>
  );
}

/** Who has connected, and how their account does: not what they see. */
function People({ one }: { one: ConfigurationDetail }) {
  if (one.people.length === 0)
    return (
      <p className="text-muted">
        Nobody yet. Each person connects their own under{" "}
        <Link className="text-accent underline" href="/settings/accounts">
          Azure accounts
        </Link>
        .
      </p>
    );
  return (
    <ul className="space-y-2">
      {one.people.map((person) => (
        <li key={person.id} className="break-words">
          <strong className="font-medium">{person.name}</strong> as {person.account}, used{" "}
          <Moment iso={person.usedAt} nowIso={one.now} />
          {person.signInNeeded ? " · has to sign in again" : ""}
          {person.refused ? " · refused by Azure" : ""}
          {person.unconfirmedSince ? " · not confirmed at the moment" : ""}
        </li>
      ))}
    </ul>
  );
}

function Skipped({ skipped, now }: { skipped: ConfigurationDetail["skipped"]; now: string }) {
  if (skipped.length === 0)
    return <p className="text-muted">None. Every alert that Azure listed was understood.</p>;
  return (
    <ul className="space-y-3">
      {skipped.map((one) => (
        <li key={`${one.firstSeenAt} ${one.reason} ${one.body.slice(0, 80)}`}>
          <p className="break-words">{one.reason}</p>
          <p className="text-xs text-muted">
            First seen <Moment iso={one.firstSeenAt} nowIso={now} />, last{" "}
            <Moment iso={one.lastSeenAt} nowIso={now} />
          </p>
          <details className="mt-1">
            <summary className="cursor-pointer">What Azure sent</summary>
            <pre
              tabIndex={0}
              aria-label="What Azure sent"
              className="mt-1 max-h-60 overflow-auto rounded bg-surface p-2 font-mono text-xs whitespace-pre-wrap"
            >
              {one.body}
            </pre>
          </details>
        </li>
      ))}
    </ul>
  );
}
