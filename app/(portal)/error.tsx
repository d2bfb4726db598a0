"use client";

import { ErrorPage, type PageError } from "#components/shell/error-page.tsx";

/** The page for an unexpected error below the portal's frame. */
export default function PortalError(props: PageError) {
  return <ErrorPage {...props} />;
}
