// The few things that need a script. Every page works without this file.
const here = document.querySelector("script[data-govuk]");

import(here.dataset.govuk).then(({ initAll }) => initAll());

for (const button of document.querySelectorAll("[data-app-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
