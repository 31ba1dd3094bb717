// How large what can be pressed is. Links within sentences are as high as their line (WCAG 2.5.8, inline).
() => {
  const wrong = [];
  const LARGE = 44, LEAST = 24;
  const inSentence = (link) => {
    const around = link.closest("p, li, dd, span");
    return around && around.textContent.trim().length > link.textContent.trim().length + 2;
  };
  for (const goal of document.querySelectorAll("a, button, input:not([type=hidden]), textarea, summary")) {
    if (goal.closest(".visually-hidden, .skip, dialog:not([open])") || goal.matches(".visually-hidden, .skip, [hidden]")) continue;
    let box = goal.getBoundingClientRect();
    if (!box.width || getComputedStyle(goal).visibility !== "visible") continue;
    const option = goal.closest(".option");
    if (option) box = option.getBoundingClientRect();
    const large = option || goal.matches("button, .button, .exit, header a, input, textarea");
    const name = `${goal.localName} “${goal.textContent.trim().slice(0, 40) || goal.id}” ${box.width.toFixed(1)}×${box.height.toFixed(1)}`;
    if (large && (box.height < LARGE || box.width < LARGE)) wrong.push(`smaller than ${LARGE}: ${name}`);
    else if (!inSentence(goal) && (box.height < LEAST || box.width < LEAST)) wrong.push(`smaller than ${LEAST}: ${name}`);
  }
  return wrong;
}
