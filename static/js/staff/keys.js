// j k go from row to row, o opens, t takes, / searches, ? tells. None is needed, and the page can be without them.
{
  const help = document.querySelector("[data-keys]");
  const rows = [...document.querySelectorAll(".cases tbody a")];
  const here = () => rows.indexOf(document.activeElement);
  const to = (place) => rows[Math.max(0, Math.min(place, rows.length - 1))]?.focus();
  const acts = {
    j: () => to(here() + 1),
    k: () => to(here() - 1),
    o: () => rows[here()]?.click(),
    t: () => {
      const take = document.querySelector("[data-take]");
      if (here() < 0) return;
      take.action = `${rows[here()].href}/ta`;
      take.requestSubmit();
    },
    "/": () => document.querySelector("[data-search]")?.click(),
    "?": () => {
      help.open = true;
      help.firstElementChild.focus();
    },
  };
  if (help) {
    addEventListener("keydown", (event) => {
      const other = event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input,textarea,select");
      if (other || !Object.hasOwn(acts, event.key)) return;
      event.preventDefault();
      acts[event.key]();
    });
  }
}
