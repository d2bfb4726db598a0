"use client";

import { ErrorPage, type PageError } from "#components/shell/error-page.tsx";

/** The page for an unexpected error in the portal's frame itself, for example while the database doesn't answer. */
export default function RootError(props: PageError) {
  return (
    <main className="p-4 md:p-8">
      <ErrorPage {...props} />
    </main>
  );
}
