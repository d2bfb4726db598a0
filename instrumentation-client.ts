import { guardTranslatedDom } from "#components/shell/translated-dom.ts";

// runs before the page is hydrated
guardTranslatedDom();
