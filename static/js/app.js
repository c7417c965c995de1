// The few things that need a script. Every page works without this file.
const here = document.querySelector("script[data-govuk]");

import(here.dataset.govuk).then(({ initAll }) => initAll());

for (const button of document.querySelectorAll("[data-app-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Away at once, and this page is not among those that Back leads to.
for (const way of document.querySelectorAll("[data-app-exit]")) {
  way.addEventListener("click", (event) => {
    event.preventDefault();
    document.documentElement.hidden = true;
    location.replace(way.href);
  });
}

// The square on paper opens the page with the code behind "#", which no server and no log ever sees.
const coded = document.querySelector("[data-app-code] [name=code]");
if (coded && location.hash.length > 1) {
  coded.value = decodeURIComponent(location.hash.slice(1)).slice(0, 20);
  history.replaceState(null, "", location.pathname + location.search);
}

// What is typed is worked out by the server, as its button does, and shown beside the form. Nothing is saved by it.
for (const form of document.querySelectorAll("[data-app-works-out]")) {
  let waits, asked;
  const workOut = async () => {
    asked?.abort();
    asked = new AbortController();
    const typed = new URLSearchParams(new FormData(form));
    typed.set("work_out", "1");
    try {
      const answer = await fetch(location.href, { method: "POST", body: typed, signal: asked.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const [found, shown] = [page, document].map((where) => where.querySelector("[data-app-sums]"));
      if (found && shown) shown.replaceChildren(...found.childNodes);
    } catch {
      // Without an answer the button still does it.
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waits);
    waits = setTimeout(workOut, 900);
  });
}
