import { ExpiryUnknown } from "../../../_components/expiry-unknown.tsx";
import { buttonStyle } from "#components/ui/button.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { ConfigurationDetail } from "#lib/sources/configurations/get.ts";
import { Figure } from "../../../_components/configuration-list.tsx";
import { ReplaceSecret } from "../../../_components/replace-secret.tsx";

/** The credential of a configuration: the application's ids, when the secret expires, and a form that replaces the secret. */
export function Credential({
  configuration: { id, credential, fields, words, now },
}: {
  configuration: ConfigurationDetail;
}) {
  const { provider } = words;
  const secret = fields.find(({ of }) => of === "secret")?.label ?? "secret";
  return (
    <div className="space-y-4">
      {credential.expiry ? (
        <Notice
          tone={["notice", "doubtful"].includes(credential.expiry.level) ? "warning" : "danger"}
          title={`The ${credential.kind === "certificate" ? "certificate" : secret} ${credential.expiry.text}`}
        >
          {credential.expiry.level === "doubtful"
            ? `${provider} has accepted it since, so the date is wrong. Enter the right one under Details, so that you are warned in time.`
            : `Create another in ${provider} and replace it here. Without a valid one, no alerts are read.`}
        </Notice>
      ) : null}
      {credential.lacksExpiry ? (
        <p className="rounded-md border border-l-4 border-medium bg-raised p-3">
          <ExpiryUnknown configurationId={id} />
        </p>
      ) : null}
      <dl className="grid gap-x-8 gap-y-3 md:grid-cols-2">
        {credential.application.map(({ label, value }) => (
          <Figure key={label} label={label}>
            <span className="font-mono text-xs break-all">{value}</span>
          </Figure>
        ))}
        {credential.kind === "public" ? null : (
          <Figure label={credential.kind === "certificate" ? "Certificate" : secret}>
            {credential.thumbprint ? "thumbprint " : "starts "}
            <span className="font-mono text-xs break-all">
              {credential.thumbprint ?? credential.secretHint}
            </span>
            , set <Moment iso={credential.secretSetAt} nowIso={now} day /> by {credential.secretSetBy}
          </Figure>
        )}
        <Figure label="Used by">{credential.usedBy.join(", ")}</Figure>
        {credential.thumbprint ? (
          <Figure label={`To upload in ${provider}`}>
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
        <p className="text-muted">No secret is stored. People sign in through this application themselves.</p>
      ) : (
        <ReplaceSecret
          credentialId={credential.id}
          kind={credential.kind}
          next={credential.next}
          usedBy={credential.usedBy}
          secretPage={credential.secretPage}
          secretsUrl={credential.secretsUrl}
          provider={provider}
          fields={fields}
        />
      )}
    </div>
  );
}
