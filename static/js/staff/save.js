// Saves what is written at the desk when the typing has stopped, as the button does. The page can be without it.
{
  const form = document.querySelector("[data-save]");
  if (form) {
    const says = document.getElementById("sparat");
    let pause;
    let busy;
    const save = async () => {
      pause = clearTimeout(pause);
      const body = new URLSearchParams(new FormData(form));
      body.set("_spara", "1");
      const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
      const page = new DOMParser().parseFromString(answer ? await answer.text() : "", "text/html");
      const kept = answer?.ok && page.querySelector("[name=_var]");
      if (kept) form.elements._var.value = kept.value;
      says.textContent = kept ? page.querySelector("[data-said]").textContent : form.dataset.save;
      busy = null;
    };
    const begin = () => {
      busy ??= save();
      return busy;
    };
    form.addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(begin, 3000);
    });
    addEventListener("visibilitychange", () => pause && begin());
    // What is sent meanwhile would be taken for written in another tab: it waits its turn.
    form.addEventListener("submit", async (event) => {
      pause = clearTimeout(pause);
      if (!busy) return;
      event.preventDefault();
      await busy;
      form.requestSubmit(event.submitter);
    });
  }
}
