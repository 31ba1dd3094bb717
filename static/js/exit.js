// "Lämna sidan snabbt": covers the page at once, ends the draft and goes on, leaving no way back to
// the form. Shift pressed three times does the same. Without this file the link itself does it, more slowly.
{
  const link = document.querySelector("[data-exit]");
  let presses = 0;
  // Shift and nothing else: a capital letter or a selection does not count.
  let alone = false;
  let calm;

  const leave = () => {
    document.title = "";
    document.body.replaceChildren();
    fetch(link.href, { keepalive: true, redirect: "manual" }).catch(() => {});
    location.replace(link.dataset.exit);
  };
  const reset = () => {
    presses = 0;
    alone = false;
  };

  if (link) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      leave();
    });
    addEventListener("pointerdown", reset);
    addEventListener("keydown", (event) => {
      if (event.key === "Shift") alone = true;
      else reset();
    });
    addEventListener("keyup", (event) => {
      if (event.key !== "Shift" || !alone) return;
      clearTimeout(calm);
      calm = setTimeout(reset, 2000);
      presses += 1;
      if (presses > 2) leave();
    });
    // A page shown again from the browser's memory may hold what was removed.
    addEventListener("pageshow", (event) => {
      if (event.persisted) location.replace(location.pathname);
    });
  }
}
