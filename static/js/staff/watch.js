// Says in the link that shows the queue anew how much has come. Nothing moves; the page can be without it.
{
  const link = document.querySelector("[data-watch]");
  if (link) {
    const { watch, every } = link.dataset;
    const timer = setInterval(async () => {
      const answer = await fetch(watch).catch(() => null);
      if (!answer) return;
      if (!answer.ok) {
        clearInterval(timer);
        return;
      }
      const { count, says, title } = await answer.json();
      if (count && link.textContent !== says) {
        link.textContent = says;
        document.title = title;
      }
    }, every);
  }
}
