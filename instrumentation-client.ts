import { watchRequests } from "#components/shell/page-requests.ts";
import { guardTranslatedDom } from "#components/shell/translated-dom.ts";

// both run before the page is hydrated
guardTranslatedDom();
watchRequests();
