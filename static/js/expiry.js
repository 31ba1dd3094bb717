// Asks "Är du kvar?" before the draft ends; one press keeps it. When the time is out the page goes too.
{
  const dialog = document.querySelector("dialog");
  if (dialog) {
    const { left, warn, extend, token, failed } = dialog.dataset;
    const early = Math.min(warn, left / 2) * 1000;
    let end = Date.now() + left * 1000;
    dialog.addEventListener("submit", async (event) => {
      event.preventDefault();
      const body = new URLSearchParams({ _token: token });
      const answer = await fetch(extend, { method: "POST", body }).catch(() => ({}));
      if (answer.ok) {
        end = Date.now() + left * 1000;
        dialog.close();
      } else dialog.querySelector("p").textContent = failed;
    });
    // A clock that is looked at holds also when the computer has slept; a long timer does not.
    setInterval(() => {
      const rest = end - Date.now();
      if (rest < 0) location.replace(location.pathname);
      else if (rest < early && !dialog.open) dialog.showModal();
    }, 1000);
  }
}
