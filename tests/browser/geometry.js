// What can be measured of a page as it stands: returns sentences about what is wrong.
() => {
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(element).visibility === "visible";
  };
  const name = (element) =>
    `${element.localName}${element.className ? "." + element.className : ""} “${element.textContent.trim().slice(0, 40)}”`;
  const wrong = [];
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > room)
    wrong.push(`the page scrolls sideways: ${document.documentElement.scrollWidth} px in ${room}`);
  for (const element of document.querySelectorAll("body *")) {
    if (!seen(element) || element.closest(".visually-hidden, .skip, .wide")) continue;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    if (box.right > room + 1 || box.left < -1) wrong.push(`outside the window: ${name(element)}`);
    // A line that is written on scrolls by itself.
    if (element.matches("input, textarea")) continue;
    const clips = (value) => value === "hidden" || value === "clip";
    if (clips(style.overflowX) && element.scrollWidth > element.clientWidth + 1) wrong.push(`cut at the side: ${name(element)}`);
    if (clips(style.overflowY) && element.scrollHeight > element.clientHeight + 1) wrong.push(`cut below: ${name(element)}`);
    // Words that run out of the box that is drawn around them.
    const drawn = element.matches("button, .button, .exit, .tag, .option");
    if (drawn && element.scrollWidth > element.clientWidth + 1)
      wrong.push(`runs out of its box: ${name(element)}`);
  }
  return wrong;
}
