// A second press within a few seconds is the same press. The button stays as it is: it is never disabled.
{
  let last = -Infinity;
  addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.timeStamp - last < 4000) event.preventDefault();
    else last = event.timeStamp;
  });
  addEventListener("pageshow", () => {
    last = -Infinity;
  });
}
