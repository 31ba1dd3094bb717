// j k go from row to row, o opens, t takes (the case of the row, or of the page), / searches, ? tells. None is needed,
// and the page can be without them.
{
  const help = document.querySelector("[data-keys]");
  const rows = [...document.querySelectorAll(".cases tbody a")];
  const here = () => rows.indexOf(document.activeElement);
  const acts = {
    j: () => rows[here() + 1]?.focus(),
    k: () => rows[here() - 1]?.focus(),
    o: () => rows[here()]?.click(),
    t: () => {
      const take = document.querySelector("[data-take]");
      const row = rows[here()];
      if (row) take.action = `${row.href}/ta`;
      if (row || !take?.hidden) take?.requestSubmit();
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
